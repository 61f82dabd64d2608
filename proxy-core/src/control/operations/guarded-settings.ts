import type { SettingsTree } from '../../contract/control.ts';
import { RelayError } from '../../domain/relay-error.ts';

/** Whoever reads the token file could redirect prompts or open the port with these. */
const guarded: readonly (readonly [path: string, what: string])[] = [
  ['providers', 'Where requests go'],
  ['guard', 'What the guard looks for'],
  ['plugins', 'Which plugins run'],
  ['server.host', 'Who may connect'],
  ['server.allowedHosts', 'Who may connect'],
];

/** Throws RelayError `forbidden` where the change holds what only a person may change. */
export function refuseGuarded(change: SettingsTree): void {
  for (const [path, what] of guarded) {
    if (holds(change, path.split('.'))) {
      throw new RelayError(
        'forbidden',
        `${what} (${path}) is changed in an IDE, on the command line or in config.yaml, where a person confirms it.`,
      );
    }
  }
}

/** A value set on the way to the path, `server: null` for one, replaces what is below it. */
function holds(tree: SettingsTree, path: readonly string[]): boolean {
  let node: unknown = tree;
  for (const name of path) {
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return true;
    if (!Object.hasOwn(node, name)) return false;
    node = Reflect.get(node, name);
  }
  return true;
}
