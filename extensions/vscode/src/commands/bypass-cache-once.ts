import { l10n } from 'vscode';
import type { Command } from '../feature.ts';
import { tell } from './tell.ts';

export const bypassCacheOnce: Command = {
  id: 'relaycore.bypassCacheOnce',
  async run({ core }) {
    const result = await core.call('cache.bypassNext', {});
    tell(l10n.t('The next request is answered by its provider; the cache keeps the new answer.'));
    return result;
  },
};
