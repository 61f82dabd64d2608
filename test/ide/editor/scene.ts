// What the suites of one VS Code share: a provider, a data home, VS Code with the extension installed in
// it, a browser. Starting them takes seconds, so it is done once an edition.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import OpenAI from 'openai';
import { openBrowser, type OpenBrowser } from '../../browser/open-browser.ts';
import type { JsonBody } from '../../support/builders.ts';
import { startMockProvider, type MockProvider } from '../../support/mock-provider.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { packedExtension, type Edition } from './edition.ts';
import { startEditorServer, type EditorServer, type EditorServerOptions } from './editor-server.ts';
import { openEditorWindow, type EditorWindow, type WindowOptions } from './editor-window.ts';
import { createRelayHome, type RelayHome } from './relay-home.ts';

export interface Scene {
  readonly edition: Edition;
  readonly mock: MockProvider;
  readonly home: RelayHome;
  readonly server: EditorServer;
  readonly browser: OpenBrowser;
  /** Where tests that run inside VS Code write what came of them. */
  readonly resultsFile: string;
  /** A new window on the folder of that name. */
  openWindow(workspace: string, options?: Omit<WindowOptions, 'folder'>): Promise<EditorWindow>;
  /** Pictures of all open windows and what VS Code wrote, in test-results/ide/. */
  keepEvidence(name: string): Promise<void>;
  /** OpenAI's own client, pointed at the proxy with this token. */
  client(token: string): OpenAI;
  close(): Promise<void>;
}

export interface SceneOptions extends Pick<EditorServerOptions, 'settings' | 'runsTestsInside'> {
  /** Sections of `config.yaml` beside the providers. */
  readonly config?: JsonBody;
  /** IANA name, for VS Code and the browser. Default `UTC`. */
  readonly timezone?: string;
  /** Fills the data home before anything runs on it. */
  readonly prepareHome?: (path: string) => Promise<void>;
}

export async function createScene(edition: Edition, options: SceneOptions = {}): Promise<Scene> {
  const { config, prepareHome, timezone = 'UTC', ...serverOptions } = options;
  const mock = await startMockProvider();
  // No key in it: keys come from the editor.
  const providers = { openai: { baseUrl: `${mock.url}/v1` }, anthropic: { baseUrl: mock.url } };
  const home = await createRelayHome({ providers, ...config });
  await prepareHome?.(home.path);
  const results = temporaryFolder('ide-results');
  const resultsFile = join(results.path, 'results.jsonl');
  const server = await startEditorServer(edition, {
    ...serverOptions,
    dataHome: home.path,
    vsix: packedExtension(),
    env: { RELAYCORE_TEST_RESULTS: resultsFile, TZ: timezone },
  });
  const browser = await openBrowser({ timezone });
  const windows: EditorWindow[] = [];
  return {
    edition,
    mock,
    home,
    server,
    browser,
    resultsFile,
    async openWindow(workspace, windowOptions = {}) {
      const folder = server.workspace(workspace);
      const window = await openEditorWindow(browser, server, { ...windowOptions, folder });
      windows.push(window);
      return window;
    },
    keepEvidence: (name) => keepEvidence(name, windows, server),
    client: (apiKey) => new OpenAI({ apiKey, baseURL: `${home.url}/v1`, maxRetries: 0 }),
    async close() {
      await browser.close();
      await server.stop();
      await mock.close();
      home.remove();
      results.remove();
    },
  };
}

async function keepEvidence(
  name: string,
  windows: readonly EditorWindow[],
  server: EditorServer,
): Promise<void> {
  const folder = join(
    import.meta.dirname,
    '../../../test-results/ide',
    name.replaceAll(/\W+/g, '-'),
  );
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'output.txt'), server.output());
  const open = windows.filter(({ page }) => !page.isClosed());
  for (const [index, { page }] of open.entries()) {
    await page.screenshot({ path: join(folder, `window-${index}.png`) });
  }
}
