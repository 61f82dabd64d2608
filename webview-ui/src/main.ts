// Starts the dashboard, in a browser or in the webview of an editor.
import './shell/theme.css';
import './shell/shell.css';
import './elements/elements.css';
import './panels/overview/overview.css';
import { createFormat } from './data/format.ts';
import { createLiveLoop } from './data/live-loop.ts';
import { createBrowserHost } from './host/browser.ts';
import { createVscodeHost } from './host/vscode.ts';
import { panels } from './panels/registry.ts';
import { createShell } from './shell/shell.ts';

const host = createVscodeHost(window) ?? createBrowserHost(window);
const now = (): number => Date.now();
const format = createFormat(host.locale);
const { coreUrl, data, remedies } = host;
const copy = (text: string): Promise<boolean> => host.copy(text);
const panel = panels[0].create({ data, format, now, coreUrl, copy, remedies });
const shell = createShell({
  coreUrl,
  remedies,
  panel: panel.element,
  formatTime: (epochMs) => format.time(epochMs, now()),
  copy,
  retry: () => loop.refreshNow(),
});
const loop = createLiveLoop({
  refresh: () => panel.refresh(),
  visibility: host.visibility,
  now,
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
  onState: (state) => shell.show(state),
});
host.onActivity(() => {
  if (host.visibility.isVisible()) loop.refreshNow();
});
document.querySelector('#page')?.append(shell.element);
loop.refreshNow();
