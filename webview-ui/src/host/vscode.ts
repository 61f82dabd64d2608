// The host `vscode`: the page in a webview. It has no network; the extension asks the core for it.
import type {
  PageHostData,
  PageHostMessage,
  PageMessage,
} from '@relaycore/proxy-core/contract/bridge';
import { createMessageCoreData } from '../data/message-core-data.ts';
import { documentVisibility } from './document-visibility.ts';
import type { Host } from './host.ts';

/** As VS Code puts it into a webview's global scope; it may be asked for once. */
interface VscodeApi {
  postMessage(message: PageMessage): void;
  setState(state: unknown): void;
}

/** Null where the page is not in a webview of VS Code. */
export function createVscodeHost(window: Window): Host | null {
  const api = acquireApi(window);
  const { hostData } = vscodeData(window);
  if (api === null || hostData === null) return null;
  const activities = new Set<() => void>();
  const messages = createMessageCoreData((message) => api.postMessage(message));
  window.addEventListener('message', ({ data }: MessageEvent<PageHostMessage>) => {
    if (data.type === 'activity') for (const callback of activities) callback();
    else messages.receive(data);
  });
  // Without a state VS Code does not bring the panel back when the window is loaded again.
  api.setState({});
  const command = (name: 'create-token' | 'restart-core', label: string) =>
    ({
      label,
      kind: 'button',
      run: () => api.postMessage({ type: 'command', command: name }),
    }) as const;
  const restart = command('restart-core', 'Restart proxy');
  return {
    ...hostData,
    data: messages.data,
    visibility: documentVisibility(window.document),
    onActivity: (callback) => void activities.add(callback),
    copy: (text) =>
      window.navigator.clipboard.writeText(text).then(
        () => true,
        () => false,
      ),
    remedies: {
      openPage: restart,
      startCore: restart,
      createToken: command('create-token', 'Create client token'),
    },
  };
}

function acquireApi(window: Window): VscodeApi | null {
  if (!('acquireVsCodeApi' in window) || typeof window.acquireVsCodeApi !== 'function') return null;
  // Its type is VS Code's own.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion, typescript/no-unsafe-call
  return window.acquireVsCodeApi() as VscodeApi;
}

function vscodeData({ document }: Window): { readonly hostData: PageHostData | null } {
  const text = document.body.dataset['host'];
  // The extension wrote it by the contract's schema.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { hostData: text === undefined ? null : (JSON.parse(text) as PageHostData) };
}
