// One window of the workbench, used as a person does: status bar, command palette, prompts, webviews.
import type { FrameLocator, Locator, Page } from 'playwright-core';
import type { OpenBrowser, PageOptions } from '../../browser/open-browser.ts';
import { until } from '../../support/until.ts';
import type { EditorServer } from './editor-server.ts';

/** A busy machine starts a window in a quarter of a minute. */
const startTimeoutMs = 90_000;
const stepTimeoutMs = 20_000;

export interface EditorWindow {
  readonly page: Page;
  /** The extension's entry in the status bar. */
  readonly meter: Locator;
  /** What the status bar shows of the extension, as text. */
  meterText(): Promise<string>;
  /** Waits until the text of the status bar satisfies; gives it. */
  waitForMeter(isWanted: (text: string) => boolean): Promise<string>;
  /** Points at the entry until its tooltip is there. */
  hoverMeter(): Promise<Locator>;
  /** Runs a command by its title in the palette, such as `RelayCore: Clear Cache`. */
  runCommand(title: string): Promise<void>;
  /** The prompt or list that VS Code has open in the place of the palette. */
  readonly prompt: Prompt;
  /** The text of each notification that is shown. */
  notifications(): Promise<readonly string[]>;
  waitForNotification(pattern: RegExp): Promise<string>;
  dismissNotifications(): Promise<void>;
  /** Presses that button of the dialog that is open. */
  confirm(button: string): Promise<void>;
  /** The content of the webview that is in front. */
  readonly webview: FrameLocator;
  /** As a user closes a window: the workbench says good-bye and its extension host ends. */
  close(): Promise<void>;
}

export interface Prompt {
  /** Types and confirms. */
  answer(text: string): Promise<void>;
  /** Takes the first entry that contains the text. */
  choose(text: string): Promise<void>;
  readonly rows: Locator;
  readonly input: Locator;
}

export interface WindowOptions extends PageOptions {
  /** Absolute path of the folder that is opened. */
  readonly folder: string;
  /** VS Code's own start-up payload: pairs of name and value. */
  readonly payload?: readonly (readonly [string, string])[];
  /** False: resolves as soon as the workbench is there. Default: waits for the extension's status bar entry. */
  readonly waitForExtension?: boolean;
}

export async function openEditorWindow(
  browser: OpenBrowser,
  server: EditorServer,
  options: WindowOptions,
): Promise<EditorWindow> {
  const { page } = await browser.openPage(options);
  page.setDefaultTimeout(stepTimeoutMs);
  const query = new URLSearchParams({ folder: options.folder });
  if (options.payload !== undefined) query.set('payload', JSON.stringify(options.payload));
  await page.goto(`${server.url}/?${query.toString()}`, { timeout: startTimeoutMs });
  const statusBar = page.locator('.monaco-workbench .part.statusbar');
  await statusBar.waitFor({ timeout: startTimeoutMs });
  const meter = statusBar.locator('.statusbar-item[id^="relaycore.relaycore"]').first();
  const isExpected = options.waitForExtension ?? true;
  if (isExpected) await meter.waitFor({ timeout: startTimeoutMs });
  const toasts = page.locator('.notifications-toasts .notification-list-item-message');
  const meterText = async (): Promise<string> => (await meter.innerText()).trim();
  return {
    page,
    meter,
    meterText,
    waitForMeter: (isWanted) => waitForText(meterText, isWanted),
    hoverMeter: () => hoverUntilTooltip(page, meter),
    runCommand: (title) => runCommand(page, title),
    prompt: promptOf(page),
    notifications: () => toasts.allInnerTexts(),
    waitForNotification: (pattern) => waitForNotification(toasts, pattern),
    dismissNotifications: () => runCommand(page, 'Notifications: Clear All Notifications'),
    confirm: (button) =>
      page.locator('.monaco-dialog-box').getByRole('button', { name: button, exact: true }).click(),
    webview: page.frameLocator('iframe.webview').frameLocator('iframe#active-frame'),
    async close() {
      // Leaving the page is what makes the workbench say good-bye; closing it alone may not.
      await page.goto('about:blank');
      await page.close();
    },
  };
}

async function waitForText(
  text: () => Promise<string>,
  isWanted: (text: string) => boolean,
): Promise<string> {
  let last = '';
  const look = async (): Promise<string | null> => {
    last = await text();
    return isWanted(last) ? last : null;
  };
  try {
    return await until('The status bar', look, stepTimeoutMs);
  } catch (cause) {
    throw new Error(`The status bar stays at “${last}”.`, { cause });
  }
}

/** A new text of the entry takes its tooltip away: then it is pointed at again. */
async function hoverUntilTooltip(page: Page, meter: Locator): Promise<Locator> {
  const tooltip = page.locator('.workbench-hover').filter({ hasText: 'RelayCore' });
  const look = async (): Promise<Locator> => {
    await page.mouse.move(10, 10);
    await meter.hover();
    await tooltip.waitFor({ timeout: 3_000 });
    return tooltip;
  };
  return until('The tooltip', look, stepTimeoutMs);
}

async function waitForNotification(toasts: Locator, pattern: RegExp): Promise<string> {
  const found = toasts.filter({ hasText: pattern }).first();
  await found.waitFor();
  return found.innerText();
}

async function runCommand(page: Page, title: string): Promise<void> {
  const { input, rows } = promptOf(page);
  await page.keyboard.press('F1');
  await input.waitFor();
  await input.fill(`>${title}`);
  // The entry's first line is the title; a longer title may begin the same.
  await rows
    .filter({ has: page.getByText(title, { exact: true }) })
    .first()
    .click();
}

function promptOf(page: Page): Prompt {
  const widget = page.locator('.quick-input-widget');
  const input = widget.locator('input[type="text"], input[type="password"]').first();
  const rows = widget.locator('.quick-input-list .monaco-list-row');
  return {
    rows,
    input,
    async answer(text) {
      await input.waitFor();
      await input.fill(text);
      await input.press('Enter');
    },
    async choose(text) {
      await rows.filter({ hasText: text }).first().click();
    },
  };
}
