import { workspace } from 'vscode';

export const hostSetting = 'relaycore.host';

/** What runs the core: this window's extension host, or a process that outlives the windows. */
export type HostMode = 'extensionHost' | 'daemon';

export function readHostMode(): HostMode {
  const mode = workspace.getConfiguration().get<string>(hostSetting);
  return mode === 'daemon' ? 'daemon' : 'extensionHost';
}
