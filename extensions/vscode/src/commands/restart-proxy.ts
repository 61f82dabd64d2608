import { l10n, window } from 'vscode';
import { isRunning } from '../core-host/core-state.ts';
import type { Command } from '../feature.ts';
import { askToEndOwnProcess, endProcess } from './own-process.ts';

export const restartProxy: Command = {
  id: 'relaycore.restartProxy',
  async run(services) {
    const { core } = services;
    const before = core.state;
    const ended = await askToEndOwnProcess(services);
    if (ended !== null) endProcess(ended);
    await core.restart();
    // Resolves when it answers again, or rejects with what is in the way.
    await core.call('status.get', {});
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
    }
    return isRunning(state) ? state.url : null;
  },
};
