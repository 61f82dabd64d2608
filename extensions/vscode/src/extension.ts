// What VS Code calls when the extension starts and ends.
import { window, type ExtensionContext } from 'vscode';
import { registerCommand } from './commands/register-command.ts';
import { commands, features } from './contributions.ts';
import { startServices, type RunningServices } from './start-services.ts';

/** Kept for `deactivate`, which VS Code calls without a parameter. */
const running: { services: RunningServices | null } = { services: null };

/** Registers and returns; the core starts behind it. */
export function activate(context: ExtensionContext): void {
  // Not among the subscriptions: VS Code ends those while the core still has something to say.
  const log = window.createOutputChannel('RelayCore', { log: true });
  const services = startServices(context, log);
  running.services = services;
  context.subscriptions.push(
    ...features.map((feature) => feature.activate(services)),
    ...commands.map((command) => registerCommand(command, services)),
  );
  // In a turn of its own: loading the core's code is no part of the activation that VS Code waits for.
  setImmediate(() => services.core.start());
}

/** Lets running answers end, as long as VS Code waits. */
export async function deactivate(): Promise<void> {
  await running.services?.close();
  running.services?.log.dispose();
  running.services = null;
}
