import { l10n, window } from 'vscode';
import type { Command } from '../feature.ts';
import { isCacheKey } from '../secrets/cache-key.ts';
import { defaultAccount, type KeyRecord } from '../secrets/provider-keys.ts';
import { tell } from './tell.ts';

/** With a provider's id as its parameter nobody is asked. */
export const removeProviderKey: Command = {
  id: 'relaycore.removeProviderKey',
  async run({ keys, offers }, parameter) {
    const chosen =
      typeof parameter === 'string'
        ? { provider: parameter, account: defaultAccount }
        : await pickKey(await keys.list());
    if (chosen === null) return null;
    const { provider, account } = chosen;
    await keys.put({ provider, account, key: null });
    await offers.offerNow();
    tell(l10n.t('The key for {0} is removed.', provider));
    return provider;
  },
};

async function pickKey(
  records: readonly KeyRecord[],
): Promise<Pick<KeyRecord, 'provider' | 'account'> | null> {
  const stored = records.filter((record) => record.key !== null && !isCacheKey(record));
  if (stored.length === 0) {
    void window.showInformationMessage(
      l10n.t('This IDE keeps no provider key. Keys from the environment are not kept here.'),
    );
    return null;
  }
  const items = stored.map((record) => ({
    record,
    label: record.provider,
    description: record.account === defaultAccount ? '' : record.account,
    detail: record.baseUrl ?? '',
  }));
  const chosen = await window.showQuickPick(items, {
    title: l10n.t('Remove a provider key'),
    placeHolder: l10n.t('Which one? It is deleted from this IDE’s secret storage.'),
  });
  return chosen === undefined ? null : chosen.record;
}
