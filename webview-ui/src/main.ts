// Starts the dashboard in a browser.
import './shell/theme.css';
import './shell/shell.css';
import './elements/elements.css';
import './panels/overview/overview.css';
import { createAskCore } from './data/ask-core.ts';
import { createFormat } from './data/format.ts';
import { createHttpCoreData } from './data/http-core-data.ts';
import { createLiveLoop } from './data/live-loop.ts';
import { createSession } from './data/session.ts';
import { createBrowserHost } from './host/browser.ts';
import { panels } from './panels/registry.ts';
import { createShell } from './shell/shell.ts';

const host = createBrowserHost(window);
const now = (): number => Date.now();
const format = createFormat(host.locale);
const askCore = createAskCore((input, init) => fetch(input, init), host.coreUrl);
const data = createHttpCoreData(askCore, createSession(host, askCore));
const panel = panels[0].create({
  data,
  format,
  now,
  coreUrl: host.coreUrl,
  copy: (text) => host.copy(text),
});
const shell = createShell({
  coreUrl: host.coreUrl,
  panel: panel.element,
  formatTime: (epochMs) => format.time(epochMs, now()),
  copy: (text) => host.copy(text),
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
document.querySelector('#page')?.append(shell.element);
loop.refreshNow();
