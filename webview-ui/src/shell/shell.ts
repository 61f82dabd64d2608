// The frame of the dashboard: brand, state of the connection, notices, and the panel.
import type { LiveState } from '../data/live-loop.ts';
import { element, setHidden, setText, svg } from '../elements/element.ts';
import { button, remedyElement } from '../elements/remedy.ts';
import { noticeOf, type Notice, type NoticeContext } from './notice.ts';

export interface ShellDependencies extends NoticeContext {
  readonly coreUrl: string;
  /** The panel that is shown. */
  readonly panel: HTMLElement;
  copy(text: string): Promise<boolean>;
  retry(): void;
}

export interface Shell {
  readonly element: HTMLElement;
  show(state: LiveState): void;
}

export function createShell(dependencies: ShellDependencies): Shell {
  const { coreUrl, panel, formatTime } = dependencies;
  const status = createStatus(formatTime);
  const notices = element('div', { class: 'notices' });
  const header = element('header', { class: 'header' }, [brand(coreUrl), status.element]);
  const main = element('main', {}, [notices, panel]);
  setHidden(panel, true);
  let shown = '';
  return {
    element: element('div', { class: 'shell' }, [header, main]),
    show(state) {
      status.show(state);
      const notice = noticeOf(state, dependencies);
      const hasPanel = state.kind === 'live' || notice?.keepsPanel === true;
      setHidden(panel, !hasPanel);
      panel.classList.toggle('is-stale', notice !== null);
      const current = JSON.stringify(notice);
      if (current === shown) return;
      shown = current;
      notices.replaceChildren(...(notice === null ? [] : [createNotice(notice, dependencies)]));
    },
  };
}

function brand(coreUrl: string): HTMLElement {
  const mark = svg('svg', { viewBox: '0 0 16 16', class: 'mark', 'aria-hidden': 'true' }, [
    svg('rect', { width: 16, height: 16, rx: 3.5 }),
    svg('path', { d: 'M3 4c2.6 0 2.6 4 5.6 4S5.6 12 3 12M3 8h10' }),
    svg('circle', { cx: 9, cy: 8, r: 2.7 }),
    svg('circle', { cx: 9, cy: 8, r: 1.1, class: 'core' }),
  ]);
  return element('div', { class: 'brand' }, [
    mark,
    element('h1', { text: 'RelayCore' }),
    element('span', { class: 'quiet address', text: coreUrl.replace(/^https?:\/\//, '') }),
  ]);
}

/** Said aloud when it changes; the time of the last answer beside it is not. */
function createStatus(formatTime: (epochMs: number) => string): {
  readonly element: HTMLElement;
  show(state: LiveState): void;
} {
  const dot = element('span', { class: 'dot dot-running', attributes: { 'aria-hidden': 'true' } });
  const text = element('span', { text: 'Connecting', attributes: { role: 'status' } });
  const time = element('span', { class: 'quiet status-time' });
  return {
    element: element('div', { class: 'status' }, [dot, text, time]),
    show(state) {
      const [label, tone] = statusOf(state);
      dot.className = `dot dot-${tone}`;
      setText(text, label);
      const updatedAt = 'updatedAt' in state ? state.updatedAt : null;
      setText(time, updatedAt === null ? '' : formatTime(updatedAt));
    },
  };
}

function statusOf(state: LiveState): readonly [label: string, tone: string] {
  switch (state.kind) {
    case 'loading':
      return ['Connecting', 'running'];
    case 'live':
      return ['Live', 'good'];
    case 'disconnected':
      return ['Disconnected', 'bad'];
    case 'failing':
      return ['Error', 'bad'];
    case 'locked':
      return ['Locked', 'left'];
  }
}

function createNotice(notice: Notice, { copy, retry }: ShellDependencies): HTMLElement {
  return element('div', { class: notice.keepsPanel ? 'notice is-banner' : 'notice' }, [
    element('h2', { text: notice.title }),
    paragraph(notice.text),
    ...notice.remedies
      .filter(({ kind }) => kind === 'command-line')
      .map((remedy) => remedyElement(remedy, copy)),
    element('div', { class: 'notice-actions' }, [
      ...notice.remedies
        .filter(({ kind }) => kind === 'button')
        .map((remedy) => remedyElement(remedy, copy)),
      ...(notice.canRetry ? [button('Try now', retry)] : []),
    ]),
  ]);
}

/** Text with commands between backticks. */
function paragraph(text: string): HTMLElement {
  const parts = text.split('`');
  const nodes = parts.map((part, index) =>
    index % 2 === 1 ? element('code', { text: part }) : document.createTextNode(part),
  );
  return element('p', {}, nodes);
}
