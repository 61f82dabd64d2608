// The page of the core in a panel of the editor: the same page as in a browser, without the network.
import assert from 'node:assert/strict';
import { until } from '../../support/until.ts';
import { askStreamed } from '../editor/ask.ts';
import type { EditorWindow } from '../editor/editor-window.ts';
import type { Scene } from '../editor/scene.ts';

/** A provider's own key passes through, so that nothing has to be set up. */
const passedThrough = 'sk-mock-of-the-client';

export function dashboardSuite(scene: () => Scene): void {
  describe('the dashboard', () => {
    let window: EditorWindow;

    before(async () => {
      window = await scene().openWindow('dashboard');
      await window.waitForMeter((text) => text.includes('$'));
      await window.runCommand('RelayCore: Open Dashboard');
    });

    after(() => window?.close());

    it('shows the figures of the core', async () => {
      await window.webview.locator('.figure').first().waitFor();
      await window.webview.getByRole('status').getByText('Live').waitFor();
    });

    it('follows requests', async () => {
      const figure = window.webview
        .locator('.figure')
        .filter({ has: window.webview.getByText('Requests', { exact: true }) });
      const before = await figure.innerText();
      await askStreamed(scene().client(passedThrough), 'A question for the dashboard.');
      await until('A new figure', async () => (await figure.innerText()) !== before);
    });

    it('lets in no script and no connection but its own', async () => {
      const policy = await window.webview
        .locator('meta[http-equiv="Content-Security-Policy"]')
        .getAttribute('content');
      assert.match(policy ?? '', /default-src 'none'/);
      assert.match(policy ?? '', /script-src 'nonce-/);
      assert.doesNotMatch(policy ?? '', /unsafe|connect-src/);
    });
  });
}
