import { env, l10n, window } from 'vscode';
import type { Command, Services } from '../feature.ts';
import { tell } from './tell.ts';

/** With a token's name or id as its parameter nobody is asked. */
export const revokeClientToken: Command = {
  id: 'relaycore.revokeClientToken',
  async run(services, parameter) {
    const token = typeof parameter === 'string' ? parameter : await pickToken(services);
    if (token === null) return null;
    const { revoked } = await services.core.call('tokens.revoke', { name: token });
    if (!revoked) throw new Error(l10n.t('There is no client token “{0}”.', token));
    tell(l10n.t('The token is revoked: whoever has it is refused from now on.'));
    return token;
  },
};

async function pickToken({ core }: Services): Promise<string | null> {
  const { tokens } = await core.call('tokens.list', {});
  if (tokens.length === 0) {
    tell(l10n.t('There is no client token.'));
    return null;
  }
  const items = tokens.map(({ id, name, createdAt }) => ({
    id,
    label: name,
    description: l10n.t('made on {0}', new Date(createdAt).toLocaleDateString(env.language)),
  }));
  const chosen = await window.showQuickPick(items, {
    title: l10n.t('Revoke a client token'),
    placeHolder: l10n.t('Which one? The assistant that has it is refused from then on.'),
  });
  return chosen?.id ?? null;
}
