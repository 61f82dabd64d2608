import { l10n, window } from 'vscode';
import { isRunning } from '../core-host/core-state.ts';
import type { Command } from '../feature.ts';

export const restartProxy: Command = {
  id: 'relaycore.restartProxy',
  async run({ core }) {
    const before = core.state;
    await core.restart();
    // Resolves when it answers again, or rejects with what is in the way.
    await core.call('status.get', {});
    const { state } = core;
    if (before.kind === 'attached' && state.kind === 'attached') {
      const { host, pid } = state.leader;
      void window.showInformationMessage(
        l10n.t(
          'This window has connected anew. The proxy itself runs in {0} (process {1}), for other windows too; restart it there.',
          host.name,
          pid,
        ),
      );
    }
    return isRunning(state) ? state.url : null;
  },
};
