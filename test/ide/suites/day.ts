// A person's way through the extension: a key, a token, requests, and the meter that follows them.
import assert from 'node:assert/strict';
import type OpenAI from 'openai';
import { askStreamed } from '../editor/ask.ts';
import type { EditorWindow } from '../editor/editor-window.ts';
import type { Scene } from '../editor/scene.ts';

const key = 'sk-mock-key-of-the-editor';

export function daySuite(scene: () => Scene): void {
  describe('one window', () => {
    let window: EditorWindow;
    let client: OpenAI;

    before(async () => {
      window = await scene().openWindow('project');
    });

    after(() => window?.close());
    beforeEach(() => window.dismissNotifications());

    it('starts a proxy and shows a cost of nothing', async () => {
      await window.waitForMeter((text) => text.includes('$0.00'));
      assert.equal((await fetch(`${scene().home.url}/health`)).status, 200);
    });

    it('takes a provider’s key and tests it', async () => {
      await window.runCommand('RelayCore: Add Provider Key…');
      await window.prompt.choose('openai');
      await window.prompt.answer(key);
      await window.waitForNotification(/openai: /);
      const request = scene().mock.lastRequest();
      assert.equal(request.path, '/v1/models');
      assert.equal(request.header('authorization'), `Bearer ${key}`);
    });

    it('makes a token for an assistant and copies it', async () => {
      await window.runCommand('RelayCore: Create Client Token…');
      await window.prompt.answer('my-assistant');
      await window.prompt.choose('Token');
      await window.waitForNotification(/copied/);
      await window.page.keyboard.press('Escape');
      const token = await window.page.evaluate<string>('navigator.clipboard.readText()');
      assert.match(token, /^rc_c_/);
      client = scene().client(token);
    });

    it('shows what a streamed request costs', async () => {
      const before = await window.meterText();
      const answer = await askStreamed(client);
      assert.equal(answer.cache, 'miss');
      assert.match(answer.text, /mock provider/);
      assert.equal(scene().mock.lastRequest().header('authorization'), `Bearer ${key}`);
      const after = await window.waitForMeter((text) => text !== before);
      assert.match(after, /\$0\.0+[1-9]|<\$0\.0001/);
    });

    it('answers the same again from the cache, and shows the rate', async () => {
      const answer = await askStreamed(client);
      assert.equal(answer.cache, 'hit');
      await window.waitForMeter((text) => text.includes('50%'));
    });

    it('clears the cache from the palette', async () => {
      await window.runCommand('RelayCore: Clear Cache…');
      await window.confirm('Clear Cache');
      await window.waitForNotification(/cache is empty/i);
      assert.equal((await askStreamed(client)).cache, 'miss');
      assert.equal((await askStreamed(client)).cache, 'hit');
    });

    it('passes by the cache for the next request only', async () => {
      await window.runCommand('RelayCore: Bypass Cache for the Next Request');
      await window.waitForNotification(/next request/i);
      const sent = scene().mock.requests.length;
      const answer = await askStreamed(client);
      assert.notEqual(answer.cache, 'hit');
      assert.equal(scene().mock.requests.length, sent + 1);
      assert.equal((await askStreamed(client)).cache, 'hit');
    });

    it('turns the cache off and on again', async () => {
      await window.runCommand('RelayCore: Turn Cache On or Off');
      await window.waitForMeter((text) => text.includes('cache off'));
      assert.notEqual((await askStreamed(client)).cache, 'hit');
      await window.runCommand('RelayCore: Turn Cache On or Off');
      await window.waitForMeter((text) => !text.includes('cache off'));
      assert.equal((await askStreamed(client)).cache, 'hit');
    });

    it('breaks the day down in the tooltip', async () => {
      const text = await (await window.hoverMeter()).innerText();
      assert.match(text, /RelayCore today/);
      assert.match(text, /gpt-4o-mini/);
      assert.match(text, /openai-sdk|my-assistant/);
      await window.page.mouse.move(10, 10);
    });

    it('forgets a key that is removed', async () => {
      await window.runCommand('RelayCore: Remove Provider Key…');
      await window.prompt.choose('openai');
      await window.waitForNotification(/removed/);
      await assert.rejects(askStreamed(client, 'Something that no cache holds.'));
      await window.runCommand('RelayCore: Add Provider Key…');
      await window.prompt.choose('openai');
      await window.prompt.answer(key);
      await window.waitForNotification(/openai: /);
    });
  });
}
