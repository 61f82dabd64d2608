// Runs the tests of in-host/ inside a real extension host, and reports each as a test of this process.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Test, type Suite } from 'mocha';
import { openBrowser, type OpenBrowser } from '../../browser/open-browser.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';
import { packedExtension, type Edition } from '../editor/edition.ts';
import { startEditorServer, type EditorServer } from '../editor/editor-server.ts';
import { openEditorWindow } from '../editor/editor-window.ts';
import { createRelayHome, type RelayHome } from '../editor/relay-home.ts';
import { bundleInHostTests } from '../in-host/bundle.ts';
import type { InHostEvent } from '../in-host/run.ts';

const runTimeoutMs = 120_000;

export function inHostSuite(edition: () => Edition): void {
  describe('in the extension host', function () {
    this.timeout(runTimeoutMs + 60_000);
    let results: TemporaryFolder;
    let home: RelayHome;
    let server: EditorServer;
    let browser: OpenBrowser;
    let events: InHostEvent[] = [];

    before(async function () {
      results = temporaryFolder('ide-results');
      const file = join(results.path, 'results.jsonl');
      const tests = await bundleInHostTests();
      home = await createRelayHome();
      server = await startEditorServer(edition(), {
        dataHome: home.path,
        vsix: packedExtension(),
        env: { RELAYCORE_TEST_RESULTS: file },
      });
      browser = await openBrowser();
      const remote = `vscode-remote://${new URL(server.url).host}`;
      await openEditorWindow(browser, server, {
        folder: server.workspace('project'),
        waitForExtension: false,
        payload: [
          ['extensionDevelopmentPath', remote + server.extensionFolder],
          ['extensionTestsPath', remote + tests],
        ],
      });
      events = await until('The end of the tests inside VS Code', () => ended(file), runTimeoutMs);
      // `this.test` is the hook; its suite takes what came out as tests of its own.
      addResults(this.test?.parent, events);
    });

    after(async () => {
      await browser?.close();
      await server?.stop();
      home?.remove();
      results?.remove();
    });

    it('runs to its end', () => {
      if (events.length < 2) throw new Error(`No test ran:\n${server.output().slice(-4_000)}`);
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
