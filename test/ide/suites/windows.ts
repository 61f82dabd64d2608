// Several windows are one proxy: whoever leads, whoever goes.
import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { endedRows, rowsOf } from '../../support/ledger.ts';
import { until } from '../../support/until.ts';
import { askStreamed } from '../editor/ask.ts';
import type { EditorWindow } from '../editor/editor-window.ts';
import { createScene, type Scene } from '../editor/scene.ts';
import type { Edition } from '../editor/edition.ts';

/** A provider's own key passes through, so that nothing has to be set up. */
const passedThrough = 'sk-mock-of-the-client';

/** A successor that does not come at all is a fault; how fast it comes is measured elsewhere. */
const successionMs = 15_000;

export function windowsSuite(edition: () => Edition): void {
  describe('three windows', () => {
    let scene: Scene;
    const windows: EditorWindow[] = [];

    before(async () => {
      scene = await createScene(edition());
      // Dear enough that each request moves the meter.
      scene.mock.forModel('gpt-4o-mini', {
        kind: 'answer',
        usage: { input: 100_000, output: 9_000 },
      });
      for (const name of ['one', 'two', 'three']) {
        const window = await scene.openWindow(name);
        // The first one leads, since the others come when it does.
        await window.waitForMeter((text) => text.includes('$'));
        windows.push(window);
      }
    });

    after(() => scene?.close());

    afterEach(async function () {
      const test = this.currentTest;
      if (test?.state === 'failed') await scene.keepEvidence(test.fullTitle());
    });

    const ask = (content: string): ReturnType<typeof askStreamed> =>
      askStreamed(scene.client(passedThrough), content);

    /** Resolves when another process than `before` serves; gives its pid. */
    async function successorOf(before: number): Promise<number> {
      const start = performance.now();
      await until(
        'A successor',
        async () => scene.home.leaderPid() !== before && scene.home.isServed(),
        successionMs,
      );
      console.log(`      (served again after ${Math.round(performance.now() - start)} ms)`);
      return scene.home.leaderPid();
    }

    it('share one core, and each shows what all cost', async () => {
      const texts = await Promise.all(windows.map((window) => window.meterText()));
      assert.equal((await ask('A question of somebody.')).cache, 'miss');
      const shown = await Promise.all(
        windows.map((window, index) => window.waitForMeter((text) => text !== texts[index])),
      );
      assert.equal(new Set(shown).size, 1, shown.join(' | '));
    });

    it('go on when the window that leads is closed', async () => {
      const [first, ...others] = windows;
      const leader = scene.home.leaderPid();
      const rows = (await rowsOf(scene.home)).length;
      const texts = await Promise.all(others.map((window) => window.meterText()));
      await first?.close();
      const successor = await successorOf(leader);
      assert.notEqual(successor, leader);
      assert.equal((await ask('Another question.')).cache, 'miss');
      await Promise.all(
        others.map((window, index) => window.waitForMeter((text) => text !== texts[index])),
      );
      const ended = await endedRows(scene.home, rows + 1);
      assert.equal(ended.length, rows + 1);
    });

    it('go on when the extension host that leads is killed in mid-stream', async () => {
      windows[0] = await scene.openWindow('one');
      await windows[0].waitForMeter((text) => text.includes('$'));
      const core = scene.home;
      const before = await endedRows(core, 1);
      const leader = scene.home.leaderPid();
      scene.mock.script({ kind: 'answer', chunks: 100, chunkDelayMs: 50 });
      const cut = ask('A long question.').then(
        () => 'answered',
        () => 'cut',
      );
      await until('The stream', async () =>
        (await rowsOf(core)).some(({ outcome }) => outcome === 'open'),
      );
      process.kill(leader, 'SIGKILL');
      assert.equal(await cut, 'cut');
      await successorOf(leader);
      const after = await endedRows(core, before.length + 1);
      assert.equal(after.length, before.length + 1);
      assert.equal(after[0]?.outcome, 'interrupted');
      const known = new Set(after.map(({ requestId }) => requestId));
      assert.deepEqual(
        before.filter(({ requestId }) => !known.has(requestId)),
        [],
      );
    });

    it('show what is asked after that', async () => {
      const texts = await Promise.all(windows.map((window) => window.meterText()));
      await ask('A question after the fall.');
      // The editor has started the third window's extension host again by itself.
      await Promise.all(
        windows.map((window, index) =>
          window.waitForMeter((text) => text.includes('$') && text !== texts[index]),
        ),
      );
    });
  });
}
