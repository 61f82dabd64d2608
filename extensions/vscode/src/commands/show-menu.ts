import { commands, l10n, QuickPickItemKind, window, type QuickPickItem } from 'vscode';
import { isRunning } from '../core-host/core-state.ts';
import type { Command, Services } from '../feature.ts';

interface MenuItem extends QuickPickItem {
  readonly command?: string;
}

/** Behind a click on the meter: every command, the ones that help now first. */
export const showMenu: Command = {
  id: 'relaycore.showMenu',
  async run(services) {
    const chosen = await window.showQuickPick(menuOf(services), {
      title: 'RelayCore',
      placeHolder: l10n.t('What do you want to do?'),
    });
    if (chosen?.command !== undefined) await commands.executeCommand(chosen.command);
  },
};

function menuOf({ core }: Services): readonly MenuItem[] {
  const proxy = [
    group(l10n.t('Proxy')),
    entry('pulse', l10n.t('Show doctor report'), 'relaycore.showDoctorReport'),
    entry('output', l10n.t('Show log'), 'relaycore.showLog'),
    entry('debug-restart', l10n.t('Restart proxy'), 'relaycore.restartProxy'),
    entry('server-process', l10n.t('Select where the proxy runs…'), 'relaycore.selectHost'),
  ];
  if (!isRunning(core.state)) return proxy;
  return [
    entry('graph', l10n.t('Open dashboard'), 'relaycore.openDashboard'),
    group(l10n.t('Cache')),
    entry('clear-all', l10n.t('Clear cache…'), 'relaycore.clearCache'),
    entry('debug-pause', l10n.t('Turn cache on or off'), 'relaycore.toggleCache'),
    entry(
      'debug-step-over',
      l10n.t('Bypass cache for the next request'),
      'relaycore.bypassCacheOnce',
    ),
    group(l10n.t('Assistants and providers')),
    entry('plug', l10n.t('Create client token…'), 'relaycore.createClientToken'),
    entry('debug-disconnect', l10n.t('Revoke client token…'), 'relaycore.revokeClientToken'),
    entry('copy', l10n.t('Copy endpoint'), 'relaycore.copyEndpoint'),
    entry('key', l10n.t('Add provider key…'), 'relaycore.addProviderKey'),
    entry('beaker', l10n.t('Test provider key…'), 'relaycore.testProviderKey'),
    entry('trash', l10n.t('Remove provider key…'), 'relaycore.removeProviderKey'),
    ...proxy,
  ];
}

function entry(icon: string, label: string, command: string): MenuItem {
  return { label: `$(${icon}) ${label}`, command };
}

function group(label: string): MenuItem {
  return { label, kind: QuickPickItemKind.Separator };
}
