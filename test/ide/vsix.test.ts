// The file that users install: small, and nothing in it but bundles, pictures and texts.
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import JSZip from 'jszip';
import { packedExtension } from './editor/edition.ts';

const maxBytes = 3_000_000;

const allowed = [
  /^extension\/package(\.nls(\.[a-z-]+)?)?\.json$/i,
  /^extension\/(readme\.md|changelog\.md|license\.txt)$/i,
  /^extension\/l10n\/[^/]+\.json$/,
  /^extension\/media\/.+\.(svg|png)$/,
  /^extension\/dist\/(extension\.cjs|core-code\.cjs|main\.js)$/,
  /^extension\/dist\/workers\/(relay|store)-worker\.js$/,
  /^extension\/dist\/ui\/[^/]+\.(html|js|css|svg|png|ico|ttf|woff2)$/,
  // What every VSIX has.
  /^(extension\.vsixmanifest|\[Content_Types\]\.xml)$/,
];

describe('the packed extension', () => {
  /** Path in the package to its content. */
  const content = new Map<string, string>();

  before(async () => {
    const { files } = await JSZip.loadAsync(readFileSync(packedExtension()));
    for (const file of Object.values(files)) {
      if (!file.dir) content.set(file.name, await file.async('string'));
    }
  });

  const read = (file: string): string => {
    const text = content.get(file);
    if (text === undefined) throw new Error(`There is no ${file} in the package.`);
    return text;
  };

  it('is smaller than 3 MB', () => {
    const { size } = statSync(packedExtension());
    assert.ok(size < maxBytes, `${size} bytes`);
  });

  it('holds nothing but bundles, pictures and texts', () => {
    const others = [...content.keys()].filter(
      (file) => !allowed.some((pattern) => pattern.test(file)),
    );
    assert.deepEqual(others, []);
  });

  it('holds every file that the manifest names', () => {
    const manifest = JSON.parse(read('extension/package.json')) as { main: string; icon: string };
    for (const file of [manifest.main, manifest.icon]) {
      assert.ok(content.has(posix.join('extension', file)), file);
    }
    for (const [, file = ''] of read('extension/package.json').matchAll(/"(media\/[^"]+)"/g)) {
      assert.ok(content.has(posix.join('extension', file)), file);
    }
  });

  it('holds both workers and the page', () => {
    for (const file of ['workers/relay-worker.js', 'workers/store-worker.js', 'ui/index.html']) {
      assert.ok(content.has(`extension/dist/${file}`), file);
    }
  });

  it('needs no package beside it', () => {
    const manifest = JSON.parse(read('extension/package.json')) as { dependencies?: object };
    assert.deepEqual(manifest.dependencies ?? {}, {});
  });

  it('translates every title that the manifest leaves to package.nls.json', () => {
    const texts = JSON.parse(read('extension/package.nls.json')) as Record<string, string>;
    const names = [...read('extension/package.json').matchAll(/"%([^%"]+)%"/g)];
    assert.deepEqual(
      names.map(([, name = '']) => name).filter((name) => texts[name] === undefined),
      [],
    );
  });

  it('knows no path of the machine that it was built on', () => {
    const root = join(import.meta.dirname, '../..');
    for (const [file, text] of content) assert.ok(!text.includes(root), file);
  });

  it('comes with the licence of the repository', () => {
    const own = readFileSync(join(import.meta.dirname, '../../LICENSE'), 'utf8');
    assert.equal(read('extension/LICENSE.txt'), own);
  });
});
