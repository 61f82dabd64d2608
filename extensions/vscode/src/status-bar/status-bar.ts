// The cost meter in the status bar.
import {
  env,
  MarkdownString,
  StatusBarAlignment,
  ThemeColor,
  window,
  workspace,
  type StatusBarItem,
} from 'vscode';
import type { Feature, Services } from '../feature.ts';
import { disposeAll } from '../dispose-all.ts';
import { DayWatch, type MeterData } from './day-watch.ts';
import { createFigures, type Figures } from './figures.ts';
import { meterOf, type Meter, type MeterContent } from './meter.ts';
import { tooltipCommands, tooltipOf } from './tooltip.ts';

const setting = 'relaycore.statusBar.content';
/** Left of what belongs to the file at hand. */
const priority = 100;

export const statusBar: Feature = {
  id: 'status-bar',
  activate({ core, log }: Services) {
    const item = window.createStatusBarItem('relaycore.meter', StatusBarAlignment.Right, priority);
    item.name = 'RelayCore';
    item.command = 'relaycore.showMenu';
    const figures = createFigures(env.language);
    let latest: MeterData | null = null;
    const render = (): void => {
      if (latest !== null) show(item, latest, figures);
    };
    const watch = new DayWatch({
      core,
      now: () => Date.now(),
      after(delayMs, callback) {
        const timer = setTimeout(callback, delayMs);
        return () => clearTimeout(timer);
      },
      onData(data) {
        latest = data;
        render();
      },
      onFailure: (error) => log.warn('The meter could not be brought up to date.', error),
    });
    watch.start();
    item.show();
    return disposeAll([
      item,
      { dispose: () => watch.close() },
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(setting)) render();
      }),
    ]);
  },
};

function show(item: StatusBarItem, data: MeterData, figures: Figures): void {
  const { state, totals, cacheMode } = data;
  const meter = meterOf({ state, totals, cacheMode, content: readContent() }, figures);
  const tooltip = tooltipOf(data, figures);
  // Each assignment travels to the window, so only what is new is assigned.
  if (item.text !== meter.text) item.text = meter.text;
  if (!(item.tooltip instanceof MarkdownString) || item.tooltip.value !== tooltip) {
    item.tooltip = markdown(tooltip);
  }
  item.backgroundColor = backgroundOf(meter.tone);
  item.accessibilityInformation = { label: meter.spoken, role: 'button' };
}

function markdown(text: string): MarkdownString {
  const result = new MarkdownString(text, true);
  result.isTrusted = { enabledCommands: tooltipCommands };
  return result;
}

function backgroundOf(tone: Meter['tone']): ThemeColor | undefined {
  if (tone === 'plain') return undefined;
  return new ThemeColor(`statusBarItem.${tone}Background`);
}

function readContent(): MeterContent {
  const content = workspace.getConfiguration().get<string>(setting);
  return content === 'cost' || content === 'icon' ? content : 'costAndHitRate';
}
