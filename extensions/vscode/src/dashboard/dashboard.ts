// The dashboard: the page of the core in a panel of the editor. One panel a window; it comes back with
// the window.
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  commands,
  env,
  TabInputWebview,
  Uri,
  ViewColumn,
  window,
  type Webview,
  type WebviewPanel,
} from 'vscode';
import type { PageHostMessage } from '@relaycore/proxy-core/contract/bridge';
import { isRunning } from '../core-host/core-state.ts';
import { CoreUnavailable } from '../core-host/core-unavailable.ts';
import { disposeAll } from '../dispose-all.ts';
import type { Feature, Services } from '../feature.ts';
import { webviewHtml } from './page-html.ts';

const viewType = 'relaycore.dashboard';
/** Shown while no core has told its own yet. */
const defaultUrl = 'http://127.0.0.1:7352';

export const dashboard: Feature = {
  id: 'dashboard',
  activate(services) {
    let open: OpenDashboard | null = null;
    const adopt = (panel: WebviewPanel): void => {
      const opened = new OpenDashboard(panel, services);
      open = opened;
      panel.onDidDispose(() => {
        opened.dispose();
        if (open === opened) open = null;
      });
    };
    const show = (): void => {
      if (open !== null) return open.reveal();
      closeSleepingPanels();
      adopt(window.createWebviewPanel(viewType, 'RelayCore', ViewColumn.Active));
    };
    return disposeAll([
      { dispose: () => open?.close() },
      commands.registerCommand('relaycore.openDashboard', show),
      window.registerWebviewPanelSerializer(viewType, {
        async deserializeWebviewPanel(panel: WebviewPanel) {
          open?.close();
          adopt(panel);
        },
      }),
    ]);
  },
};

/** A panel of the session before stays asleep until it is looked at; a second one would puzzle. */
function closeSleepingPanels(): void {
  const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
  const sleeping = tabs.filter(
    // VS Code puts a prefix of its own before the type.
    ({ input }) => input instanceof TabInputWebview && input.viewType.endsWith(viewType),
  );
  if (sleeping.length > 0) void window.tabGroups.close(sleeping);
}

class OpenDashboard {
  readonly #panel: WebviewPanel;
  readonly #services: Services;
  readonly #subscriptions: readonly { dispose(): unknown }[];
  #shownUrl = '';

  constructor(panel: WebviewPanel, services: Services) {
    const { core, context } = services;
    this.#panel = panel;
    this.#services = services;
    const { webview } = panel;
    webview.options = {
      enableScripts: true,
      localResourceRoots: [pageFolder(context.extensionUri)],
    };
    panel.iconPath = Uri.joinPath(context.extensionUri, 'media', 'mark.svg');
    const activity = (): void => this.#post({ type: 'activity' });
    const stops = [
      core.on('usage.changed', activity),
      core.onState((state) => {
        if (!isRunning(state)) return;
        if (state.url !== this.#shownUrl) void this.#load();
        else activity();
      }),
    ];
    this.#subscriptions = [
      webview.onDidReceiveMessage((message: unknown) => void this.#answer(message)),
      ...stops.map((stop) => ({ dispose: stop })),
    ];
    void this.#load();
  }

  reveal(): void {
    this.#panel.reveal();
  }

  close(): void {
    this.#panel.dispose();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #load(): Promise<void> {
    const { core, context, log } = this.#services;
    this.#shownUrl = isRunning(core.state) ? core.state.url : defaultUrl;
    try {
      this.#panel.webview.html = await renderPage(
        this.#panel.webview,
        context.extensionUri,
        this.#shownUrl,
      );
    } catch (error) {
      log.error('The dashboard cannot be shown.', error instanceof Error ? error : String(error));
      await window.showErrorMessage(
        'The dashboard cannot be shown: its files are not as they were installed. Install RelayCore anew.',
      );
    }
  }

  async #answer(message: unknown): Promise<void> {
    // Schemas are loaded with the first page, not with the extension.
    const { answerPage } = await import('../core-code.ts');
    const answer = await answerPage(message, {
      core: this.#services.core,
      isUnavailable: (error) => error instanceof CoreUnavailable,
      createToken: () => void commands.executeCommand('relaycore.createClientToken'),
      restartCore: () => void commands.executeCommand('relaycore.restartProxy'),
    });
    if (answer !== null) this.#post(answer);
  }

  #post(message: PageHostMessage): void {
    // False where the panel is hidden or gone, which is nobody's fault.
    this.#panel.webview.postMessage(message).then(undefined, () => undefined);
  }
}

function pageFolder(extensionUri: Uri): Uri {
  return Uri.joinPath(extensionUri, 'dist', 'ui');
}

async function renderPage(webview: Webview, extensionUri: Uri, coreUrl: string): Promise<string> {
  const folder = pageFolder(extensionUri);
  const file = (name: string): string =>
    webview.asWebviewUri(Uri.joinPath(folder, name)).toString();
  return webviewHtml({
    html: await readFile(Uri.joinPath(folder, 'index.html').fsPath, 'utf8'),
    nonce: randomBytes(16).toString('base64'),
    cspSource: webview.cspSource,
    files: { script: file('main.js'), style: file('main.css') },
    hostData: { coreUrl, locale: env.language },
  });
}
