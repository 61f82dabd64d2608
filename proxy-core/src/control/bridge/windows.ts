import type { BridgeParams } from '../../contract/bridge/messages.ts';
import type { BridgeWindow } from '../../contract/bridge/core-calls.ts';

/** Who has said hello, by connection. */
export interface Windows {
  add(connection: number, client: BridgeParams<'hello'>['client']): void;
  update(connection: number, state: BridgeParams<'window.update'>): void;
  remove(connection: number): void;
  /** Of the window of this workspace, the focused one first where there are several. */
  branchOf(workspace: string): string | null;
  /** In order of connection. */
  list(): BridgeWindow[];
}

export function createWindows(): Windows {
  const windows = new Map<number, BridgeWindow>();
  return {
    add(id, { kind, name, version, workspace = null }) {
      windows.set(id, { id, kind, name, version, workspace, branch: null, isFocused: false });
    },
    update(id, { workspace, branch, focused }) {
      const window = windows.get(id);
      if (window !== undefined)
        windows.set(id, { ...window, workspace, branch, isFocused: focused });
    },
    branchOf(workspace) {
      let found: BridgeWindow | null = null;
      for (const window of windows.values()) {
        if (window.workspace === workspace && (found === null || window.isFocused)) found = window;
      }
      return found?.branch ?? null;
    },
    remove: (id) => void windows.delete(id),
    list: () => [...windows.values()],
  };
}
