// Runs the tests of in-host/ inside a real extension host, and reports each as a test of this process.
import { existsSync, readFileSync } from 'node:fs';
import { Test, type Suite } from 'mocha';
import { until } from '../../support/until.ts';
import type { Edition } from '../editor/edition.ts';
import { createScene, type Scene } from '../editor/scene.ts';
import { bundleInHostTests } from '../in-host/bundle.ts';
import type { InHostEvent } from '../in-host/run.ts';

const runTimeoutMs = 120_000;

export function inHostSuite(edition: () => Edition): void {
  describe('the extension host', function () {
    this.timeout(runTimeoutMs + 60_000);
    let scene: Scene;
    let events: readonly InHostEvent[] = [];

    before(async function () {
      const tests = await bundleInHostTests();
      scene = await createScene(edition(), { runsTestsInside: true });
      const { server, resultsFile } = scene;
      const remote = `vscode-remote://${new URL(server.url).host}`;
      await scene.openWindow('in-host', {
        waitForExtension: false,
        payload: [
          ['extensionDevelopmentPath', remote + server.extensionFolder],
          ['extensionTestsPath', remote + tests],
        ],
      });
      const look = (): readonly InHostEvent[] | null => ended(resultsFile);
      events = await until('The end of the tests inside VS Code', look, runTimeoutMs);
      // `this.test` is the hook; its suite takes what came out as tests of its own.
      addResults(this.test?.parent, events);
    });

    after(() => scene?.close());

    it('runs tests to their end', () => {
      const output = scene.server.output().slice(-4_000);
      if (events.length < 2) throw new Error(`No test ran:\n${output}`);
    });
  });
}

function ended(file: string): InHostEvent[] | null {
  if (!existsSync(file)) return null;
  const lines = readFileSync(file, 'utf8').split('\n');
  const events = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as InHostEvent);
  return events.some(({ kind }) => kind === 'end') ? events : null;
}

function addResults(suite: Suite | undefined, events: readonly InHostEvent[]): void {
  for (const event of events) {
    if (event.kind === 'end') continue;
    const report = (): void => {
      if (event.kind === 'failed') throw new Error(event.error);
    };
    suite?.addTest(new Test(event.title, report));
  }
}
