import { l10n, window } from 'vscode';
import type { Command, Services } from '../feature.ts';
import { coreUrl, copyText, pickEndpoint } from './copy-endpoint.ts';
import { tokenEndpointsOf } from './endpoints.ts';

/** With a name as its parameter nobody is asked, and the token is the result. */
export const createClientToken: Command = {
  id: 'relaycore.createClientToken',
  async run(services, parameter) {
    const isAsked = typeof parameter !== 'string';
    const name = isAsked ? await askName(services) : parameter;
    if (name === undefined) return null;
    const { token } = await services.core.call('tokens.create', { name });
    const url = await coreUrl(services);
    if (isAsked) await offerCopies({ name, token, url });
    return { name, token, url };
  },
};

async function askName({ core }: Services): Promise<string | undefined> {
  const { tokens } = await core.call('tokens.list', {});
  const taken = new Set(tokens.map((token) => token.name));
  const name = await window.showInputBox({
    title: l10n.t('Create a client token'),
    prompt: l10n.t('For which assistant? With a token of its own each can be revoked alone.'),
    placeHolder: 'my-assistant',
    ignoreFocusOut: true,
    validateInput(text) {
      if (text.length > 64) return l10n.t('At most 64 characters.');
      if (text !== '' && text.trim() === '') return l10n.t('A name needs more than blanks.');
      if (!taken.has(text.trim().normalize('NFC'))) return null;
      return l10n.t('There is one of this name. Choose another, or revoke that one first.');
    },
  });
  const trimmed = name?.trim();
  return trimmed === '' ? undefined : trimmed;
}

interface CreatedToken {
  readonly name: string;
  readonly token: string;
  readonly url: string;
}

/** Stays open until the user is done: the token cannot be read again. */
async function offerCopies({ name, token, url }: CreatedToken): Promise<void> {
  const title = l10n.t('Token “{0}” is made. It is shown this once: copy it now.', name);
  for (;;) {
    const chosen = await pickEndpoint(tokenEndpointsOf(url, token), title);
    if (chosen === null) return;
    await copyText(chosen);
  }
}
