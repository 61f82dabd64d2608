// Tells what needs the user: in the window that has the focus only, since all windows hear the same.
import { commands, l10n, window } from 'vscode';
import { disposeAll } from '../dispose-all.ts';
import type { Feature } from '../feature.ts';
import { announcementOf, type Announcement } from './announcement.ts';
import { readLevel } from './notification-level.ts';
import { createOutageWatch } from './outage-watch.ts';

export const notifications: Feature = {
  id: 'notifications',
  activate({ core }) {
    let before = core.state;
    const outages = createOutageWatch(() => Date.now());
    const stops = [
      core.onState((state) => {
        const announcement = announcementOf(before, state, readLevel());
        before = state;
        if (announcement !== null) void announce(announcement);
      }),
      core.on('alert.raised', ({ severity, message }) => {
        if (readLevel() !== 'off') void announce({ severity, text: message });
      }),
      core.on('provider.health', ({ provider }) => {
        const isNews = outages.note(provider);
        if (isNews && readLevel() !== 'off') void announceOutage(provider.id);
      }),
    ];
    return disposeAll(stops.map((stop) => ({ dispose: stop })));
  },
};

async function announceOutage(provider: string): Promise<void> {
  if (!window.state.focused) return;
  const test = l10n.t('Test {0}', provider);
  const chosen = await window.showWarningMessage(
    l10n.t('RelayCore: The latest requests to {0} have all failed.', provider),
    test,
  );
  if (chosen === test) await commands.executeCommand('relaycore.testProviderKey', provider);
}

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
