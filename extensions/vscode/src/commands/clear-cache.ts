import { env, l10n, window } from 'vscode';
import type { Command } from '../feature.ts';
import { createFigures } from '../status-bar/figures.ts';
import { tell } from './tell.ts';

/** With `{ isConfirmed: true }`, as a key binding may give it, nobody is asked. */
export const clearCache: Command = {
  id: 'relaycore.clearCache',
  async run({ core }, options) {
    const figures = createFigures(env.language);
    const answers = (count: number): string =>
      count === 1 ? l10n.t('1 saved answer') : l10n.t('{0} saved answers', figures.count(count));
    if (!isConfirmed(options)) {
      const { memory, disk } = await core.call('cache.stats', {});
      // What is in memory is on the disk as well, where there is one.
      const entries = Math.max(memory.entries, disk.entries);
      if (entries === 0) {
        tell(l10n.t('The cache is empty already.'));
        return null;
      }
      const action = l10n.t('Clear Cache');
      const chosen = await window.showWarningMessage(
        l10n.t('Clear the cache of answers?'),
        {
          modal: true,
          detail: l10n.t(
            '{0} will be deleted, for all windows and assistants on this machine. This cannot be undone: the same requests are sent to their providers, and paid for, once more.',
            answers(entries),
          ),
        },
        action,
      );
      if (chosen !== action) return null;
    }
    const result = await core.call('cache.clear', {});
    tell(l10n.t('The cache is empty: {0} deleted.', answers(result.cleared)));
    return result;
  },
};

function isConfirmed(options: unknown): boolean {
  return (
    typeof options === 'object' &&
    options !== null &&
    'isConfirmed' in options &&
    options.isConfirmed === true
  );
}
