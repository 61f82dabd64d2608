import type { Disposable } from 'vscode';

/** One for all: the last that was made goes first. */
export function disposeAll(disposables: readonly { dispose(): unknown }[]): Disposable {
  return {
    dispose() {
      for (const disposable of disposables.toReversed()) disposable.dispose();
    },
  };
}
