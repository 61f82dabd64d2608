import { l10n } from 'vscode';
import type { Command } from '../feature.ts';
import { tell } from './tell.ts';

export const bypassCacheOnce: Command = {
  id: 'relaycore.bypassCacheOnce',
  async run({ core }) {
    const result = await core.call('cache.bypassNext', {});
    const { enabled } = await core.call('cache.stats', {});
    tell(
      enabled
        ? l10n.t('The next request is answered by its provider; the cache keeps the new answer.')
        : l10n.t('The cache is off: every request is answered by its provider, the next one too.'),
    );
    return result;
  },
};
