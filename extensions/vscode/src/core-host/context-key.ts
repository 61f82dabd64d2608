// What the enablement of commands in package.json looks at. It is negative so that commands are there
// before the extension is.
import { commands } from 'vscode';
import { disposeAll } from '../dispose-all.ts';
import type { Feature } from '../feature.ts';
import type { CoreState } from './core-state.ts';

export const contextKey: Feature = {
  id: 'context-key',
  activate({ core }) {
    const update = (state: CoreState): void => {
      const isUnavailable = ['hung', 'failed', 'stopped'].includes(state.kind);
      void commands.executeCommand('setContext', 'relaycore.unavailable', isUnavailable);
    };
    update(core.state);
    return disposeAll([{ dispose: core.onState(update) }]);
  },
};
