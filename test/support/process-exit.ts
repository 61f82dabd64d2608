// What must not outlive the test process: temporary folders, children.

/**
 * Runs `action` when this process exits, however it does so short of `SIGKILL`; the returned function takes it back.
 * The one piece of module state in the tests' support: a listener a folder would run into node's limit of ten.
 */
export function onProcessExit(action: () => void): () => void {
  if (actions.size === 0) process.once('exit', runAll);
  actions.add(action);
  return () => {
    actions.delete(action);
    if (actions.size === 0) process.off('exit', runAll);
  };
}

const actions = new Set<() => void>();

function runAll(): void {
  for (const action of actions) {
    try {
      action();
    } catch {
      // The others still have to run, and nobody is left to be told.
    }
  }
}
