// Tells the core about this window, so that what concerns a workspace reaches the people in it.
import { window, workspace } from 'vscode';
import { isRunning } from '../core-host/core-state.ts';
import { disposeAll } from '../dispose-all.ts';
import type { Feature } from '../feature.ts';
import { currentBranch } from '../language-model/current-branch.ts';

export const windowReport: Feature = {
  id: 'window-report',
  activate({ core, log }) {
    let told = '';
    const report = (): void => {
      if (!isRunning(core.state)) {
        // A core that is found again knows nothing of this window.
        told = '';
        return;
      }
      const folder = workspace.workspaceFolders?.[0]?.name ?? null;
      const params = { workspace: folder, branch: currentBranch(), focused: window.state.focused };
      const text = JSON.stringify(params);
      if (text === told) return;
      told = text;
      core.call('window.update', params).catch((error: unknown) => {
        told = '';
        log.debug(`The core does not know of this window: ${String(error)}`);
      });
    };
    report();
    return disposeAll([
      { dispose: core.onState(report) },
      window.onDidChangeWindowState(report),
      workspace.onDidChangeWorkspaceFolders(report),
    ]);
  },
};
