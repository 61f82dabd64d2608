import { l10n, window } from 'vscode';
import type { Command } from '../feature.ts';
import { defaultAccount } from '../secrets/provider-keys.ts';
import { providersForKeys } from './provider-items.ts';
import { testProvider } from './test-provider-key.ts';

/** With `{ provider, key }` nobody is asked; without `key`, for the key only. */
export const addProviderKey: Command = {
  id: 'relaycore.addProviderKey',
  async run(services, parameter) {
    const { core, keys, offers } = services;
    const { providers } = await core.call('providers.list', {});
    const given = readParameter(parameter);
    const id = given?.provider ?? (await pickProvider(providersForKeys(providers)));
    if (id === undefined) return null;
    const key = given?.key ?? (await askKey(id));
    if (key === undefined) return null;
    const baseUrl = providers.find((provider) => provider.id === id)?.baseUrl;
    await keys.put({
      key,
      provider: id,
      account: defaultAccount,
      ...(typeof baseUrl === 'string' ? { baseUrl } : {}),
    });
    await offers.offerNow();
    return testProvider(services, id);
  },
};

async function pickProvider(
  items: ReturnType<typeof providersForKeys>,
): Promise<string | undefined> {
  if (items.length === 0) {
    throw new Error(
      l10n.t('No provider that takes a key is configured. Add one to config.yaml first.'),
    );
  }
  const chosen = await window.showQuickPick(items, {
    title: l10n.t('Add a provider key'),
    placeHolder: l10n.t('For which provider? The key is only ever sent to its address.'),
    matchOnDetail: true,
  });
  return chosen?.provider.id;
}

async function askKey(provider: string): Promise<string | undefined> {
  const key = await window.showInputBox({
    title: l10n.t('Key for {0}', provider),
    prompt: l10n.t('It is kept in this IDE’s secret storage; the proxy holds it in memory only.'),
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => (/\s/.test(text.trim()) ? l10n.t('A key has no blanks in it.') : null),
  });
  const trimmed = key?.trim();
  return trimmed === '' ? undefined : trimmed;
}

function readParameter(
  parameter: unknown,
): { readonly provider: string; readonly key?: string } | null {
  if (typeof parameter !== 'object' || parameter === null) return null;
  const { provider, key }: Record<string, unknown> = { ...parameter };
  if (typeof provider !== 'string') return null;
  return typeof key === 'string' ? { provider, key } : { provider };
}
