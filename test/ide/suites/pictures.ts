// What users see of RelayCore in VS Code, light and dark, on a working day. With `UPDATE_IMAGES=1` the
// documents' pictures are made anew; else they go to test-results/images.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { seedWorkingDay } from '../../browser/working-day.ts';
import type { Edition } from '../editor/edition.ts';
import type { EditorWindow } from '../editor/editor-window.ts';
import { createScene, type Scene } from '../editor/scene.ts';

const root = join(import.meta.dirname, '../../..');
const makesPictures = process.env['UPDATE_IMAGES'] === '1';
const folder = join(root, makesPictures ? 'docs/images' : 'test-results/images');

const project = 'my-project';
const size = { width: 1280, height: 800 };

export function picturesSuite(edition: () => Edition): void {
  describe('pictures', function () {
    this.timeout(120_000);
    let scene: Scene;

    before(async () => {
      mkdirSync(folder, { recursive: true });
      const now = Date.now();
      scene = await createScene(edition(), {
        prepareHome: (path) => seedWorkingDay(path, now),
        timezone: zoneOfEvening(now),
        settings: {
          'window.commandCenter': false,
          'chat.commandCenter.enabled': false,
          'window.title': '${activeEditorShort}${separator}${rootName}',
        },
      });
      for (const name of ['README.md', 'main.py', 'prices.py', 'test_prices.py']) {
        writeFileSync(join(scene.server.workspace(project), name), '');
      }
    });

    after(() => scene?.close());

    for (const colorScheme of ['light', 'dark'] as const) {
      describe(`in ${colorScheme} colours`, () => {
        let window: EditorWindow;

        before(async () => {
          window = await scene.openWindow(project, { ...size, colorScheme });
          await window.waitForMeter((text) => text.includes('%'));
        });

        after(() => window?.close());

        const file = (name: string): string => join(folder, `vscode-${name}-${colorScheme}.png`);

        it('show the dashboard in a tab', async () => {
          await window.runCommand('RelayCore: Open Dashboard');
          await window.webview.getByRole('status').getByText('Live').waitFor();
          await window.webview.locator('tbody tr').first().waitFor();
          await window.page.screenshot({ path: file('dashboard') });
        });

        it('show the meter with its tooltip', async () => {
          const tooltip = await window.hoverMeter();
          await window.page.screenshot({
            path: file('meter'),
            clip: await around(window, tooltip),
          });
          await window.page.mouse.move(10, 10);
        });

        it('show the commands in the palette', async () => {
          await window.page.keyboard.press('F1');
          await window.prompt.input.fill('>RelayCore: ');
          await window.prompt.rows.nth(8).waitFor();
          const clip = { x: 240, y: 0, width: 800, height: 460 };
          await window.page.screenshot({ path: file('palette'), clip });
          await window.page.keyboard.press('Escape');
        });
      });
    }
  });
}

/** Where it is between five and six in the afternoon now: the day that is shown has happened. */
function zoneOfEvening(now: number): string {
  const east = 17 - new Date(now).getUTCHours();
  const offset = east > 12 ? east - 24 : east;
  // The signs of these names are the other way round.
  return offset === 0 ? 'UTC' : `Etc/GMT${offset > 0 ? '-' : '+'}${Math.abs(offset)}`;
}

/** The tooltip and the meter below it, with some room. */
async function around(
  { meter }: EditorWindow,
  tooltip: Locator,
): Promise<{ x: number; y: number; width: number; height: number }> {
  const boxes = [await tooltip.boundingBox(), await meter.boundingBox()];
  const [upper, lower] = boxes.map((box) => box ?? { x: 0, y: 0, ...size });
  if (upper === undefined || lower === undefined) throw new Error('Nothing is shown.');
  const room = 24;
  const left = Math.max(0, Math.min(upper.x, lower.x) - room);
  const top = Math.max(0, upper.y - room);
  return {
    x: left,
    y: top,
    width: Math.min(size.width, upper.x + upper.width + room) - left,
    height: size.height - top,
  };
}
