// A real Chromium with an empty profile, and pages of it that note every complaint of the browser.
import { execFileSync } from 'node:child_process';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** No sandbox, because CI is root in a container; no service of the browser's own on the network. */
const browserArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--force-color-profile=srgb',
];

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
  readonly contrast?: 'more';
  readonly forcedColors?: 'active';
}

export interface OpenPage {
  readonly page: Page;
  /** Script errors, CSP violations and failed loads, in the browser's words. */
  readonly complaints: readonly string[];
}

export interface OpenBrowser {
  openPage(options?: PageOptions): Promise<OpenPage>;
  close(): Promise<void>;
}

export async function openBrowser({ timezone = 'UTC' } = {}): Promise<OpenBrowser> {
  const profile = temporaryFolder('chromium');
  const context = await chromium.launchPersistentContext(profile.path, {
    executablePath: findChromium(),
    headless: true,
    args: browserArguments,
    locale: 'en-US',
    timezoneId: timezone,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  return {
    openPage: (options = {}) => openPage(context, options),
    async close() {
      await context.close();
      profile.remove();
    },
  };
}

function findChromium(): string {
  const named = process.env['RELAYCORE_TEST_CHROMIUM'];
  if (named !== undefined) return named;
  return execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim();
}

async function openPage(context: BrowserContext, options: PageOptions): Promise<OpenPage> {
  const page = await context.newPage();
  await page.setViewportSize({ width: options.width ?? 1280, height: options.height ?? 860 });
  const { colorScheme = 'light', contrast, forcedColors } = options;
  await page.emulateMedia({
    colorScheme,
    ...(contrast === undefined ? {} : { contrast }),
    ...(forcedColors === undefined ? {} : { forcedColors }),
  });
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  return { page, complaints };
}
