// Every bundle of the repository. The core becomes three files that need no node_modules beside them:
// the command line and the two workers. The page becomes what `/ui` serves.
import { copyFile, readdir, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('.', import.meta.url));
const output = join(root, 'proxy-core/dist');
const page = join(root, 'webview-ui/src');

/**
 * undici 8 loads this module with its index, and at load it promisifies `zlib.createZstdDecompress`,
 * which Node has since 22.15 only: the whole bundle would fail to start on 22.13 and 22.14. RelayCore
 * never uses undici's decompressing interceptor (bytes pass through as they are), so it is left out.
 */
const withoutUndiciDecompression = {
  name: 'without-undici-decompression',
  setup(bundle) {
    bundle.onLoad({ filter: /undici[\\/]lib[\\/]interceptor[\\/]decompress\.js$/ }, () => ({
      contents: `module.exports = () => {
        throw new Error('the decompress interceptor of undici is not part of this bundle');
      };`,
      loader: 'js',
    }));
  },
};

/** CommonJS dependencies call `require` for Node's modules, which an ES module does not have. */
const requireBanner = `import { createRequire as createRequireOfBundle } from 'node:module';
const require = createRequireOfBundle(import.meta.url);`;

/** @type {import('esbuild').BuildOptions} */
const core = {
  absWorkingDir: root,
  entryPoints: {
    main: join(root, 'proxy-core/src/main.ts'),
    'workers/relay-worker': join(root, 'proxy-core/src/workers/relay-worker.ts'),
    'workers/store-worker': join(root, 'proxy-core/src/workers/store-worker.ts'),
  },
  outdir: output,
  bundle: true,
  // No shared chunks: esbuild would run them before the file that imports them, whatever the order of
  // the imports, and `@hono/zod-openapi` has to extend zod before the first schema is made.
  splitting: false,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  sourcemap: 'linked',
  // Stack traces and a worker's error names stay readable; size is not what a local program lacks.
  minifySyntax: true,
  legalComments: 'none',
  banner: { js: requireBanner },
  plugins: [withoutUndiciDecompression],
  metafile: true,
  logLevel: 'warning',
};

/** @type {import('esbuild').BuildOptions} */
const dashboard = {
  absWorkingDir: root,
  entryPoints: { main: join(page, 'main.ts') },
  outdir: join(output, 'ui'),
  bundle: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  minify: true,
  sourcemap: 'linked',
  legalComments: 'none',
  loader: { '.svg': 'dataurl', '.woff2': 'file', '.ttf': 'file' },
  metafile: true,
  logLevel: 'warning',
};

async function copyPage() {
  const entries = await readdir(page);
  const files = entries.filter((entry) => /\.(html|ico|png|svg|webmanifest)$/.test(entry));
  for (const file of files) await copyFile(join(page, file), join(output, 'ui', file));
  return files.map((file) => join('proxy-core/dist/ui', file));
}

/**
 * Takes away what an earlier build left, only now that the new files are in place: a core that runs
 * from this folder may start a worker at any time. The types that `tsc -b` keeps here stay.
 */
async function removeOldOutput(files) {
  const current = new Set(files.map((file) => resolve(root, file)));
  for (const entry of await readdir(output, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const isType = path.startsWith(join(output, 'types'));
    if (entry.isFile() && !isType && !current.has(path)) await rm(path, { force: true });
  }
}

async function printSizes(files) {
  for (const file of files.filter((each) => !each.endsWith('.map')).toSorted()) {
    const { size } = await stat(join(root, file));
    console.log(`${`${(size / 1024).toFixed(1)} KB`.padStart(12)}  ${file}`);
  }
}

const results = await Promise.allSettled([build(core), build(dashboard)]);
if (results.every(({ status }) => status === 'fulfilled')) {
  const bundled = results.flatMap(({ value }) => Object.keys(value.metafile.outputs));
  const files = [...bundled, ...(await copyPage())];
  await removeOldOutput(files);
  await printSizes(files);
} else {
  // esbuild has printed the errors.
  process.exitCode = 1;
}
