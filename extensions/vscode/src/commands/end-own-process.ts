import { l10n, window } from 'vscode';
import type { Services } from '../feature.ts';

/**
 * Where the proxy is a process of its own: asks, and ends it, with a few seconds for what is in flight.
 * False where it is not, or the user wants to keep it.
 */
export async function endOwnProcess({ core }: Services): Promise<boolean> {
  const { state } = core;
  if (state.kind !== 'attached' || state.leader.host.kind !== 'headless') return false;
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
  if (chosen !== action) return false;
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // It ended by itself meanwhile.
  }
  return true;
}
