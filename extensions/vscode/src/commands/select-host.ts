import { ConfigurationTarget, l10n, window, workspace } from 'vscode';
import { hostSetting, readHostMode, type HostMode } from '../core-host/host-mode.ts';
import type { Command } from '../feature.ts';
import { askToEndOwnProcess, endProcess } from './own-process.ts';

/** What follows the setting restarts the core. */
export const selectHost: Command = {
  id: 'relaycore.selectHost',
  async run(services) {
    const current = readHostMode();
    const item = (mode: HostMode, label: string, detail: string) => ({
      mode,
      label,
      detail,
      description: mode === current ? l10n.t('now') : '',
    });
    const chosen = await window.showQuickPick(
      [
        item(
          'extensionHost',
          l10n.t('In the extension host'),
          l10n.t('Starts with the first window of the IDE and ends with the last one.'),
        ),
        item(
          'daemon',
          l10n.t('As a process of its own'),
          l10n.t(
            'Goes on when all windows are closed, for assistants that are used outside of the IDE too.',
          ),
        ),
      ],
      { title: l10n.t('Where should the proxy run?') },
    );
    if (chosen === undefined || chosen.mode === current) return current;
    // Windows stay attached to a process that goes on, whatever the setting says.
    const pid = chosen.mode === 'extensionHost' ? await askToEndOwnProcess(services) : null;
    await workspace.getConfiguration().update(hostSetting, chosen.mode, ConfigurationTarget.Global);
    if (pid !== null) endProcess(pid);
    return chosen.mode;
  },
};
