// Every bundle of the repository; none needs node_modules beside it. The core becomes the command line
// and two workers, the page what `/ui` serves. The VS Code extension carries both once more beside its
// own file, without the line breaks and blanks that a download need not hold.
import { copyFile, readdir, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('.', import.meta.url));
const pageSource = join(root, 'webview-ui/src');
const coreOutput = join(root, 'proxy-core/dist');
const extensionOutput = join(root, 'extensions/vscode/dist');

/**
 * What the core uses of undici is its pool. Its index would bring `fetch`, WebSockets, caches and mocks
 * along, a megabyte that is loaded, and looked through by every full garbage collection; and a module
 * that fails to load on Node before 22.15.
 */
const poolOfUndici = {
  name: 'pool-of-undici',
  setup(bundle) {
    bundle.onLoad({ filter: /undici[\\/]index\.js$/ }, () => ({
      contents: `module.exports.Pool = require('./lib/dispatcher/pool');`,
      loader: 'js',
    }));
  },
};

/** zod's messages in fifty languages; RelayCore's are English. */
const englishOfZod = {
  name: 'english-of-zod',
  setup(bundle) {
    bundle.onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.c?js$/ }, ({ path }) => ({
      contents: path.endsWith('.cjs')
        ? `exports.en = require('./en.cjs').default;`
        : `export { default as en } from './en.js';`,
      loader: 'js',
    }));
  },
};

/** CommonJS dependencies call `require` for Node's modules, which an ES module does not have. */
const requireBanner = `import { createRequire as createRequireOfBundle } from 'node:module';
const require = createRequireOfBundle(import.meta.url);`;

/** An editor loads a CommonJS file; the core finds its workers by the URL that such a file does not have. */
const urlBanner = `const urlOfBundle = require('node:url').pathToFileURL(__filename).href;`;

/** @type {import('esbuild').BuildOptions} */
const onNode = {
  absWorkingDir: root,
  bundle: true,
  // No shared chunks: esbuild would run them before the file that imports them, whatever the order of
  // the imports, and `@hono/zod-openapi` has to extend zod before the first schema is made.
  splitting: false,
  platform: 'node',
  target: 'node22',
  sourcemap: 'linked',
  // Names stay: stack traces and a worker's error names are read by people.
  minifySyntax: true,
  legalComments: 'none',
  plugins: [poolOfUndici, englishOfZod],
  metafile: true,
  logLevel: 'warning',
};

/** @returns {import('esbuild').BuildOptions} */
function core(outdir) {
  return {
    ...onNode,
    entryPoints: {
      main: join(root, 'proxy-core/src/main.ts'),
      'workers/relay-worker': join(root, 'proxy-core/src/workers/relay-worker.ts'),
      'workers/store-worker': join(root, 'proxy-core/src/workers/store-worker.ts'),
    },
    outdir,
    format: 'esm',
    banner: { js: requireBanner },
  };
}

/**
 * What an editor loads at its start is compiled on the main thread, so the core's code is a file of its
 * own, which the extension loads when it is active.
 */
const coreCodeApart = {
  name: 'core-code-apart',
  setup(bundle) {
    bundle.onResolve({ filter: /[/]core-code\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './core-code.cjs', external: true } : undefined,
    );
  },
};

/** @type {import('esbuild').BuildOptions} */
const extension = {
  ...onNode,
  entryPoints: {
    extension: join(root, 'extensions/vscode/src/extension.ts'),
    'core-code': join(root, 'extensions/vscode/src/core-code.ts'),
  },
  outdir: extensionOutput,
  outExtension: { '.js': '.cjs' },
  plugins: [...onNode.plugins, coreCodeApart],
  format: 'cjs',
  // `require` in its place: an editor's loader of extensions need not know `import()`.
  supported: { 'dynamic-import': false },
  external: ['vscode'],
  banner: { js: urlBanner },
  define: { 'import.meta.url': 'urlOfBundle' },
  minifyWhitespace: true,
};

/** @returns {import('esbuild').BuildOptions} */
function page(outdir) {
  return {
    absWorkingDir: root,
    entryPoints: { main: join(pageSource, 'main.ts') },
    outdir: join(outdir, 'ui'),
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
}

async function copyPage(outdir) {
  const entries = await readdir(pageSource);
  const files = entries.filter((entry) => /\.(html|ico|png|svg|webmanifest)$/.test(entry));
  for (const file of files) await copyFile(join(pageSource, file), join(outdir, 'ui', file));
  return files.map((file) => join(outdir, 'ui', file));
}

/**
 * Takes away what an earlier build left, only now that the new files are in place: a core that runs
 * from this folder may start a worker at any time. The types that `tsc -b` keeps here stay.
 */
async function removeOldOutput(outdir, files) {
  const current = new Set(files);
  for (const entry of await readdir(outdir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const isType = path.startsWith(join(outdir, 'types'));
    if (entry.isFile() && !isType && !current.has(path)) await rm(path, { force: true });
  }
}

async function printSizes(files) {
  for (const file of files.filter((each) => !each.endsWith('.map')).toSorted()) {
    const { size } = await stat(file);
    const name = file.slice(root.length).replaceAll('\\', '/');
    console.log(`${`${(size / 1024).toFixed(1)} KB`.padStart(12)}  ${name}`);
  }
}

const outputs = [
  { outdir: coreOutput, bundles: [core(coreOutput), page(coreOutput)] },
  {
    outdir: extensionOutput,
    bundles: [
      extension,
      { ...core(extensionOutput), minifyWhitespace: true },
      page(extensionOutput),
    ],
  },
];

const results = await Promise.allSettled(
  outputs.flatMap(({ bundles }) => bundles.map((options) => build(options))),
);
if (results.every(({ status }) => status === 'fulfilled')) {
  const bundled = results.flatMap(({ value }) => Object.keys(value.metafile.outputs));
  for (const { outdir } of outputs) {
    const own = bundled
      .map((file) => resolve(root, file))
      .filter((file) => file.startsWith(outdir));
    const files = [...own, ...(await copyPage(outdir))];
    await removeOldOutput(outdir, files);
    await printSizes(files);
  }
} else {
  // esbuild has printed the errors.
  process.exitCode = 1;
}
