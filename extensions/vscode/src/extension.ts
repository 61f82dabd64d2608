// What VS Code calls when the extension starts.
import { StatusBarAlignment, window, type ExtensionContext } from 'vscode';

export function activate(context: ExtensionContext): void {
  const item = window.createStatusBarItem('relaycore.meter', StatusBarAlignment.Right, 100);
  item.name = 'RelayCore';
  item.text = '$(pulse) RelayCore';
  item.show();
  context.subscriptions.push(item);
}
