// The extension as a user gets it: the VSIX installed, VS Code started, the meter there.
import assert from 'node:assert/strict';
import { openBrowser, type OpenBrowser } from '../../browser/open-browser.ts';
import { packedExtension, type Edition } from '../editor/edition.ts';
import { startEditorServer, type EditorServer } from '../editor/editor-server.ts';
import { openEditorWindow, type EditorWindow } from '../editor/editor-window.ts';
import { createRelayHome, type RelayHome } from '../editor/relay-home.ts';

export function installedExtensionSuite(edition: () => Edition): void {
  describe('the installed extension', function () {
    this.timeout(120_000);
    let home: RelayHome;
    let server: EditorServer;
    let browser: OpenBrowser;
    let window: EditorWindow;

    before(async () => {
      home = await createRelayHome();
      server = await startEditorServer(edition(), {
        dataHome: home.path,
        vsix: packedExtension(),
      });
      browser = await openBrowser();
      window = await openEditorWindow(browser, server, { folder: server.workspace('project') });
    });

    after(async () => {
      await browser?.close();
      await server?.stop();
      home?.remove();
    });

    it('shows its meter in the status bar', async () => {
      assert.match(await window.meterText(), /RelayCore|\$/);
    });
  });
}
