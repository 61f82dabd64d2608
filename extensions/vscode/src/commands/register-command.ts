import { commands, l10n, window, type Disposable } from 'vscode';
import type { Command, Services } from '../feature.ts';

/** A command that fails says so to the user; who called it by code gets undefined. */
export function registerCommand(command: Command, services: Services): Disposable {
  return commands.registerCommand(command.id, async (parameter: unknown) => {
    try {
      return await command.run(services, parameter);
    } catch (error) {
      void tellFailure(command, services, error);
      return undefined;
    }
  });
}

async function tellFailure({ id }: Command, { log }: Services, error: unknown): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  log.error(`${id} failed: ${message}`);
  const showLog = l10n.t('Show Log');
  const chosen = await window.showErrorMessage(`RelayCore: ${message}`, showLog);
  if (chosen === showLog) log.show(true);
}
