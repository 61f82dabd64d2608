import { l10n, window } from 'vscode';
import { isRunning, type CoreState } from '../core-host/core-state.ts';
import type { Command } from '../feature.ts';
import { readLevel } from '../notifications/notification-level.ts';
import { askToEndOwnProcess, endProcess } from './own-process.ts';
import { tell } from './tell.ts';

export const restartProxy: Command = {
  id: 'relaycore.restartProxy',
  async run(services) {
    const { core } = services;
    const before = core.state;
    const ended = await askToEndOwnProcess(services);
    if (ended !== null) endProcess(ended);
    await core.restart();
    try {
      await core.call('status.get', {});
    } catch (error) {
      if (isToldAlready(core.state)) return null;
      throw error;
    }
    const { state } = core;
    if (ended === null && before.kind === 'attached' && state.kind === 'attached') {
      const { host, pid } = state.leader;
      void window.showInformationMessage(
        l10n.t(
          'This window has connected anew. The proxy itself runs in {0} (process {1}), for other windows too, and went on.',
          host.name,
          pid,
        ),
      );
    } else if (isRunning(state)) {
      tell(l10n.t('The proxy runs anew, at {0}.', state.url));
    }
    return isRunning(state) ? state.url : null;
  },
};

/** The change to this state had a notification of its own, with the same reason. */
function isToldAlready({ kind }: CoreState): boolean {
  return readLevel() !== 'off' && (kind === 'failed' || kind === 'hung');
}
