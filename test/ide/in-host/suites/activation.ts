// The extension from inside: it is active, and what the manifest promises is there.
import assert from 'node:assert/strict';
import { commands, extensions } from 'vscode';

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

export function activationSuite(): void {
  describe('activation', () => {
    const extension = extensions.getExtension<unknown>('relaycore.relaycore');

    it('activates', async () => {
      assert.ok(extension);
      await extension.activate();
      assert.equal(extension.isActive, true);
    });

    it('registers every command of the manifest', async () => {
      const manifest = extension?.packageJSON as Manifest;
      const declared = manifest.contributes.commands.map(({ command }) => command);
      const registered = await commands.getCommands(true);
      assert.deepEqual(
        declared.filter((command) => !registered.includes(command)),
        [],
      );
    });
  });
}
