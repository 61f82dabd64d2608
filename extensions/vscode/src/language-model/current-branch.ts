import { extensions } from 'vscode';

/**
 * The branch of the window's first repository, as the editor's own git extension knows it; null where
 * that is not running or there is none. Never starts it.
 */
export function currentBranch(): string | null {
  const git = extensions.getExtension<unknown>('vscode.git');
  if (git?.isActive !== true) return null;
  const api = callMember(git.exports, 'getAPI', 1);
  const repositories = member(api, 'repositories');
  const first: unknown = Array.isArray(repositories) ? repositories[0] : null;
  const name = member(member(member(first, 'state'), 'HEAD'), 'name');
  return typeof name === 'string' && name !== '' ? name : null;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** The git extension throws where its setting switches it off. */
function callMember(value: unknown, name: string, parameter: unknown): unknown {
  const found = member(value, name);
  if (typeof found !== 'function') return undefined;
  try {
    return Reflect.apply(found, value, [parameter]);
  } catch {
    return undefined;
  }
}
