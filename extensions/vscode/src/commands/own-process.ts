import { l10n, window } from 'vscode';
import type { Services } from '../feature.ts';

/** Where the proxy is a process of its own and the user agrees to its end: its id. Else null. */
export async function askToEndOwnProcess({ core }: Services): Promise<number | null> {
  const { state } = core;
  if (state.kind !== 'attached' || state.leader.host.kind !== 'headless') return null;
  const { pid } = state.leader;
  const action = l10n.t('End It');
  const chosen = await window.showWarningMessage(
    l10n.t('End the process that the proxy runs in?'),
    {
      modal: true,
      detail: l10n.t(
        'The proxy runs as a process of its own ({0}), for all windows and assistants on this machine. Answers in flight get a few seconds to end; then it starts anew.',
        pid,
      ),
    },
    action,
  );
  return chosen === action ? pid : null;
}

/** It lets its answers end first. */
export function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // It ended by itself meanwhile.
  }
}
