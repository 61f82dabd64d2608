// Tells what needs the user: in the window that has the focus only, since all windows hear the same.
import { commands, l10n, window, workspace } from 'vscode';
import { disposeAll } from '../dispose-all.ts';
import type { Feature } from '../feature.ts';
import { announcementOf, type Announcement, type NotificationLevel } from './announcement.ts';

const setting = 'relaycore.notifications';

export const notifications: Feature = {
  id: 'notifications',
  activate({ core }) {
    let before = core.state;
    const stops = [
      core.onState((state) => {
        const announcement = announcementOf(before, state, readLevel());
        before = state;
        if (announcement !== null) void announce(announcement);
      }),
      core.on('alert.raised', ({ severity, message }) => {
        if (readLevel() !== 'off') void announce({ severity, text: message });
      }),
    ];
    return disposeAll(stops.map((stop) => ({ dispose: stop })));
  },
};

async function announce({ severity, text }: Announcement): Promise<void> {
  if (!window.state.focused) return;
  const message = `RelayCore: ${text}`;
  if (severity === 'information') return void window.showInformationMessage(message);
  const report = l10n.t('Doctor Report');
  const log = l10n.t('Show Log');
  const ask = severity === 'error' ? window.showErrorMessage : window.showWarningMessage;
  const chosen = await ask(message, report, log);
  if (chosen === report) await commands.executeCommand('relaycore.showDoctorReport');
  if (chosen === log) await commands.executeCommand('relaycore.showLog');
}

function readLevel(): NotificationLevel {
  const level = workspace.getConfiguration().get<string>(setting);
  return level === 'all' || level === 'off' ? level : 'problems';
}
