import { l10n } from 'vscode';
import type { Command } from '../feature.ts';
import { tell } from './tell.ts';

export const toggleCache: Command = {
  id: 'relaycore.toggleCache',
  async run({ core }) {
    const before = await core.call('cache.stats', {});
    const mode = await core.call('cache.setMode', { enabled: !before.enabled });
    tell(
      mode.enabled
        ? l10n.t('The cache is on.')
        : l10n.t('The cache is off: every request goes to its provider.'),
    );
    return mode;
  },
};
