import { window } from 'vscode';

/** What a command has done. Not waited for: a notification may stay as long as it likes. */
export function tell(message: string): void {
  void window.showInformationMessage(`RelayCore: ${message}`);
}
