// The page at /ui in a real browser, served by a real core, over real requests.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import type { RunningCore } from '../support/run-core.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openBrowser, type OpenBrowser, type OpenPage, type PageOptions } from './open-browser.ts';
import { ask, pageUrl, runPageCore } from './page-core.ts';
import { fridayEvening, seedWorkingDay } from './working-day.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** `UPDATE_IMAGES=1` makes the README's picture anew; else a run leaves the repository as it was. */
const makesPictures = process.env['UPDATE_IMAGES'] === '1';
const imageFolder = join(root, makesPictures ? 'docs/images' : 'test-results/images');

/** Where the page has settled: all transitions over, nothing wider than the window. */
async function assertFits(page: Page): Promise<void> {
  const width = await page.evaluate<number>('document.documentElement.scrollWidth');
  const windowWidth = page.viewportSize()?.width ?? 0;
  assert.ok(width <= windowWidth, `${width} px wide in a window of ${windowWidth}`);
}

const figure = (page: Page, label: string): Locator =>
  page.locator('.figure').filter({ has: page.getByText(label, { exact: true }) });
const status = (page: Page): Locator => page.getByRole('status');
const requests = (page: Page): Locator =>
  page.getByRole('table', { name: 'Latest requests' }).locator('tbody tr');

describe('the page', function () {
  this.timeout(30_000);
  let browser: OpenBrowser;
  let opened: OpenPage[];

  before(async () => {
    browser = await openBrowser();
    mkdirSync(imageFolder, { recursive: true });
  });
  beforeEach(() => {
    opened = [];
  });
  afterEach(async () => {
    await Promise.all(opened.map(({ page }) => page.close()));
  });
  after(() => browser.close());

  async function open(url: string, options?: PageOptions): Promise<OpenPage> {
    const one = await browser.openPage(options);
    opened.push(one);
    await one.page.goto(url);
    return one;
  }

  describe('over a core that has no requests', () => {
    let core: RunningCore;

    before(async () => {
      core = await runPageCore();
    });
    after(() => core.dispose());

    it('says what to do where it was opened without a ticket', async () => {
      const { page, complaints } = await open(`${core.url}/ui`);
      await page.getByRole('heading', { name: 'This page needs a ticket' }).waitFor();
      assert.equal(await page.getByText('npx relaycore ui').isVisible(), true);
      assert.equal(await page.locator('.figure').count(), 0);
      await assertFits(page);
      assert.deepEqual(complaints, []);
    });

    it('takes its ticket out of the address and stays open over a reload', async () => {
      const url = await pageUrl(core);
      const { page, complaints } = await open(url);
      await status(page).getByText('Live').waitFor();
      assert.equal(page.url(), `${core.url}/ui/`);
      await page.reload();
      await status(page).getByText('Live').waitFor();
      assert.deepEqual(await page.context().cookies(), []);
      assert.deepEqual(complaints, []);
      // In another tab, which has no session of its own, the same ticket is used up.
      const { page: other } = await open(url);
      await other.getByRole('heading', { name: 'This ticket is no longer good' }).waitFor();
    });

    it('asks nothing of the network but its core, and nothing that its policy forbids', async () => {
      const one = await browser.openPage();
      opened.push(one);
      const origins = new Set<string>();
      one.page.on('request', (request) => origins.add(new URL(request.url()).origin));
      await one.page.goto(await pageUrl(core));
      await status(one.page).getByText('Live').waitFor();
      origins.delete('null');
      assert.deepEqual([...origins], [core.url]);
      assert.deepEqual(one.complaints, []);
    });

    for (const [name, options] of [
      ['a wide dark window', { width: 1280, colorScheme: 'dark' }],
      ['a phone', { width: 320, height: 640 }],
    ] as const) {
      it(`shows how to begin in ${name}`, async () => {
        const { page, complaints } = await open(await pageUrl(core), options);
        await page.getByRole('heading', { name: 'No requests yet' }).waitFor();
        assert.match((await figure(page, 'Cost').textContent()) ?? '', /\$0\.00/);
        assert.match((await figure(page, 'Cache hit rate').textContent()) ?? '', /–/);
        const curl = await page.locator('pre', { hasText: 'curl' }).textContent();
        assert.ok(curl?.includes(`${core.url}/v1/chat/completions`));
        await page.getByRole('button', { name: 'Copy the request' }).click();
        const copied = await page.evaluate<string>('navigator.clipboard.readText()');
        assert.equal(copied, curl);
        await assertFits(page);
        assert.deepEqual(complaints, []);
      });
    }
  });

  describe('over a core that works', () => {
    let core: RunningCore;
    let token: string;

    before(async () => {
      core = await runPageCore();
      token = await core.createClientToken('browser');
    });
    after(() => core.dispose());

    it('shows requests as they happen, and calls the demo a demo', async () => {
      const { page, complaints } = await open(await pageUrl(core));
      await page.getByRole('heading', { name: 'No requests yet' }).waitFor();
      await ask(core, token, { model: 'demo', assistant: 'codex' });
      const row = requests(page).first();
      await row.waitFor();
      const cells = await row.getByRole('cell').allTextContents();
      assert.deepEqual(cells.slice(2, 5), ['demo', 'codex', '200 ok']);
      assert.match(cells[1] ?? '', /^demo/);
      assert.equal(cells.at(-1), '$0.0000');
      assert.equal(await row.locator('.badge-demo').isVisible(), true);

      await ask(core, token, { model: 'demo', stream: true });
      await ask(core, token, { model: 'demo', dialect: 'anthropic' });
      await requests(page).nth(2).waitFor();
      assert.equal(await requests(page).count(), 3);
      await figure(page, 'Requests').getByText('3 to the demo').waitFor();
      assert.deepEqual(complaints, []);
    });

    it('counts hits, joins them to the rate, and marks their rows', async () => {
      const { page, complaints } = await open(await pageUrl(core));
      await requests(page).first().waitFor();
      const repeated = { model: 'demo', temperature: 0, text: 'What is two and two?' };
      await ask(core, token, repeated);
      await ask(core, token, repeated);
      const hit = requests(page).filter({ has: page.locator('.badge-good', { hasText: 'hit' }) });
      await hit.first().waitFor();
      await figure(page, 'Cache hit rate').getByText('1 of 2 lookups').waitFor();
      assert.match((await figure(page, 'Cache hit rate').textContent()) ?? '', /50%/);
      assert.deepEqual(complaints, []);
    });

    it('shows what clients send as text, whatever it looks like', async () => {
      const { page, complaints } = await open(await pageUrl(core));
      const model = '<img src=x onerror="document.title=1">';
      await ask(core, token, { model });
      const row = requests(page).filter({ hasText: model });
      await row.waitFor();
      assert.match((await row.textContent()) ?? '', /400 no_provider/);
      assert.equal(await page.locator('img').count(), 0);
      assert.equal(await page.title(), 'RelayCore');
      await figure(page, 'Requests').getByText('1 failed').waitFor();
      assert.deepEqual(complaints, []);
    });

    it('agrees with the ledger', async () => {
      const { page } = await open(await pageUrl(core));
      await requests(page).first().waitFor();
      const answer = await fetch(`${core.url}/v1/analytics/usage`, {
        headers: { authorization: `Bearer ${core.controlToken}` },
      });
      const { totals } = (await answer.json()) as { totals: { requests: number } };
      await figure(page, 'Requests').getByText(String(totals.requests), { exact: true }).waitFor();
      assert.equal(await requests(page).count(), totals.requests);
    });

    it('is a page that a screen reader finds its way in', async () => {
      const { page } = await open(await pageUrl(core));
      await requests(page).first().waitFor();
      const headings = await page.getByRole('heading').allTextContents();
      assert.deepEqual(headings, [
        'RelayCore',
        'Today',
        'Requests by hour',
        'By provider',
        'Latest requests',
      ]);
      const columns = page
        .getByRole('table', { name: 'Latest requests' })
        .getByRole('columnheader');
      assert.equal(await columns.count(), 11);
      assert.equal(await page.getByRole('rowheader', { name: 'demo' }).count(), 1);
      assert.equal(await page.getByRole('img', { name: /^Requests by hour\. / }).count(), 1);
      assert.equal(await status(page).textContent(), 'Live');
    });
  });

  describe('over a core that goes', () => {
    it('says so, keeps what it knew, and asks for a new ticket when the core is another one', async () => {
      const first = await runPageCore();
      const port = Number(new URL(first.url).port);
      await ask(first, await first.createClientToken('browser'), { model: 'demo' });
      const { page, complaints } = await open(await pageUrl(first));
      await requests(page).first().waitFor();
      await first.stop();
      await page.getByRole('heading', { name: 'RelayCore does not answer' }).waitFor();
      assert.equal(await status(page).textContent(), 'Disconnected');
      assert.match((await page.locator('.notice').textContent()) ?? '', /What you see is from/);
      assert.equal(await requests(page).first().isVisible(), true);
      await page.setViewportSize({ width: 320, height: 640 });
      await assertFits(page);

      const second = await runPageCore({ port, dataDir: first.dataDir });
      await page.getByRole('button', { name: 'Try now' }).click();
      await page.getByRole('heading', { name: 'This session has ended' }).waitFor();
      assert.equal(await requests(page).first().isVisible(), false);
      await page.goto(await pageUrl(second));
      await requests(page).first().waitFor();
      assert.equal(await page.locator('.notice').count(), 0);
      assert.deepEqual(
        complaints.filter((text) => !/ERR_CONNECTION_REFUSED|401 \(Unauthorized\)/.test(text)),
        [],
      );
      await second.dispose();
      await first.dispose();
    });

    it('goes on by itself when the core was only silent, and passes on what it complains of', async () => {
      const core = await runPageCore();
      const { page } = await open(await pageUrl(core));
      await status(page).getByText('Live').waitFor();
      await page.route('**/v1/**', (route) => route.abort('connectionrefused'));
      await status(page).getByText('Disconnected').waitFor();
      await page.unroute('**/v1/**');
      await status(page).getByText('Live').waitFor();
      assert.equal(await page.locator('.notice').count(), 0);
      await page.route('**/v1/analytics/**', (route) =>
        route.fulfill({
          status: 503,
          json: { error: { code: 'storage_failed', message: 'The disk is full.' } },
        }),
      );
      await page.getByText('The disk is full.').waitFor();
      assert.equal(await status(page).textContent(), 'Error');
      await core.dispose();
    });
  });

  describe('over a day of work', () => {
    let core: RunningCore;
    const data = temporaryFolder('day');

    before(async () => {
      await seedWorkingDay(data.path);
      const config = { ledger: { retentionDays: 'forever' } };
      core = await runPageCore({ dataDir: data.path, config, port: makesPictures ? 7352 : 0 });
    });
    after(async () => {
      await core.dispose();
      data.remove();
    });

    async function openAtNow(options: PageOptions): Promise<OpenPage> {
      const one = await browser.openPage(options);
      opened.push(one);
      await one.page.clock.setFixedTime(fridayEvening);
      await one.page.goto(await pageUrl(core));
      await requests(one.page).first().waitFor();
      return one;
    }

    for (const [name, options] of [
      ['overview', { colorScheme: 'dark', width: 1280, height: 820 }],
      ['overview-light', { colorScheme: 'light', width: 1280, height: 820 }],
      ['overview-contrast', { colorScheme: 'dark', contrast: 'more' }],
      ['overview-forced-colors', { colorScheme: 'dark', forcedColors: 'active' }],
      ['overview-tablet', { colorScheme: 'light', width: 800, height: 900 }],
      ['overview-phone', { colorScheme: 'dark', width: 320, height: 900 }],
    ] as const) {
      it(`looks well: ${name}.png`, async () => {
        const { page, complaints } = await openAtNow(options);
        await assertFits(page);
        const cost = (await figure(page, 'Cost').textContent()) ?? '';
        assert.match(cost, /≈ \$\d.*\+ \d+ requests of unknown cost1 request estimated/);
        const today = page.locator('.section-head').first();
        assert.equal(await today.textContent(), 'TodayFriday, November 20');
        const isPicture = name === 'overview' || !makesPictures;
        if (isPicture) await page.screenshot({ path: join(imageFolder, `${name}.png`) });
        assert.deepEqual(complaints, []);
      });
    }

    it('follows the system between light and dark', async () => {
      const { page } = await openAtNow({ colorScheme: 'light' });
      const background = (): Promise<string> =>
        page.evaluate('getComputedStyle(document.body).backgroundColor');
      assert.equal(await background(), 'rgb(255, 255, 255)');
      await page.emulateMedia({ colorScheme: 'dark' });
      assert.equal(await background(), 'rgb(31, 31, 31)');
    });

    it('takes the colours of the editor that it is shown in', async () => {
      const { page } = await openAtNow({ colorScheme: 'light' });
      const background = await page.evaluate<string>(
        `document.documentElement.style.setProperty('--vscode-editor-background', '#123456');
        getComputedStyle(document.body).backgroundColor`,
      );
      assert.equal(background, 'rgb(18, 52, 86)');
    });

    it('keeps the row under the pointer and the reader where they are', async () => {
      const { page } = await openAtNow({});
      const before = await requests(page).first().elementHandle();
      await page.waitForTimeout(2_200);
      const after = await requests(page).first().elementHandle();
      assert.equal(await page.evaluate(([one, two]) => one === two, [before, after]), true);
    });
  });
});
