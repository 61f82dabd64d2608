import { l10n, window } from 'vscode';
import type { Command } from '../feature.ts';
import { coreUrl, copyText, pickEndpoint } from './copy-endpoint.ts';
import { tokenEndpointsOf } from './endpoints.ts';

/** With a name as its parameter nobody is asked, and the token is the result. */
export const createClientToken: Command = {
  id: 'relaycore.createClientToken',
  async run(services, parameter) {
    const isAsked = typeof parameter !== 'string';
    const name = isAsked ? await askName() : parameter;
    if (name === undefined) return null;
    const { token } = await services.core.call('tokens.create', { name });
    const url = await coreUrl(services);
    if (isAsked) await offerCopies({ name, token, url });
    return { name, token, url };
  },
};

async function askName(): Promise<string | undefined> {
  const name = await window.showInputBox({
    title: l10n.t('Create a client token'),
    prompt: l10n.t('For which assistant? With a token of its own each can be revoked alone.'),
    placeHolder: 'my-assistant',
    ignoreFocusOut: true,
    validateInput: (text) =>
      text.length > 64
        ? l10n.t('At most 64 characters.')
        : text !== '' && text.trim() === ''
          ? l10n.t('A name needs more than blanks.')
          : null,
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
