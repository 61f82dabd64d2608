// Holds the folders to the arrows of ARCHITECTURE.md, and makes sure that the checker sees them:
// a checker without files to look at finds no fault either.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import type { ICruiseResult } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { productSources, root, sourceFolders } from './sources.ts';

const configuration = join(root, '.dependency-cruiser.mjs');
const { layers, compositionRoots } = (await import(configuration)) as {
  layers: Record<string, string[]>;
  compositionRoots: string[];
};

async function checkFolders(baseDir: string, folders: string[]): Promise<ICruiseResult> {
  const options = await extractDepcruiseOptions(configuration);
  const { output } = await cruise(folders, { ...options, baseDir, validate: true });
  assert.equal(typeof output, 'object');
  return output as ICruiseResult;
}

/** Names of the rules that a small tree of files breaks; the tree is gone afterwards. */
async function rulesBrokenBy(files: Record<string, string>): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'relaycore-boundaries-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(join(folder, dirname(path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    const tops = [...new Set(Object.keys(files).map((path) => path.split('/')[0] ?? ''))];
    const result = await checkFolders(folder, tops);
    return result.summary.violations.map((violation) => violation.rule.name);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const empty = 'export {};\n';
const source = (path: string): string => `proxy-core/src/${path}`;

describe('the boundaries between folders', () => {
  it('hold in the whole product, and the checker saw every file of it', async () => {
    const sources = await productSources();
    const result = await checkFolders(root, sourceFolders);
    const seen = new Set(result.modules.map((module) => module.source));
    const unseen = sources.filter((path) => !seen.has(path));
    assert.deepEqual(unseen, [], 'files that the checker did not see');
    assert.ok(sources.length >= 100, `expected the whole product, found ${sources.length} files`);
    const broken = result.summary.violations.map(
      ({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`,
    );
    assert.deepEqual(broken, []);
  });

  it('have a rule for every folder of the core', async () => {
    const entries = await readdir(join(root, 'proxy-core/src'));
    const known = new Set([...Object.keys(layers), ...compositionRoots]);
    assert.deepEqual(
      entries.filter((entry) => !known.has(entry) && !entry.endsWith('.test.ts')),
      [],
    );
  });

  it('let the order of the pipeline import types only', async () => {
    for (const file of ['pipeline/relay.ts', 'pipeline/stages.ts']) {
      const text = await readFile(join(root, source(file)), 'utf8');
      const imports = text.match(/^import [^;]*;/gm) ?? [];
      assert.ok(imports.length > 0, `no import found in ${file}`);
      assert.deepEqual(
        imports.filter((line) => !line.startsWith('import type ')),
        [],
      );
    }
  });
});

describe('a planted violation is reported:', () => {
  const planted: { rule: string; from: string; to: string }[] = [
    ...Object.keys(layers).map((layer) => ({
      rule: `layer-${layer}`,
      from: source(`${layer}/planted.ts`),
      to: source('workers/store-worker.ts'),
    })),
    {
      rule: 'stages-stand-alone',
      from: source('pipeline/cache/planted.ts'),
      to: source('pipeline/forward/forward.ts'),
    },
    {
      rule: 'stages-stand-alone',
      from: source('pipeline/cache/planted.ts'),
      to: source('pipeline/relay.ts'),
    },
    {
      rule: 'pipeline-order-knows-stages-only',
      from: source('pipeline/relay.ts'),
      to: source('platform/clock.ts'),
    },
    {
      rule: 'main-starts-the-command-line',
      from: source('main.ts'),
      to: source('backends/cache/registry.ts'),
    },
    {
      rule: 'tests-are-not-product',
      from: source('platform/planted.ts'),
      to: source('platform/clock.test.ts'),
    },
    {
      rule: 'others-see-the-contract',
      from: 'webview-ui/src/planted.ts',
      to: source('domain/money.ts'),
    },
    {
      rule: 'others-see-the-contract',
      from: 'extensions/vscode/src/commands/planted.ts',
      to: source('composition.ts'),
    },
    {
      rule: 'core-hosts-start-a-core',
      from: 'extensions/vscode/src/core-host/planted.ts',
      to: source('host/planted.ts'),
    },
    {
      rule: 'the-bridge-knows-the-contract',
      from: 'jetbrains-bridge/src/server/planted.ts',
      to: source('domain/money.ts'),
    },
    {
      rule: 'ends-of-the-bridge-stand-alone',
      from: 'jetbrains-bridge/src/client/planted.ts',
      to: 'jetbrains-bridge/src/server/bridge-server.ts',
    },
    {
      rule: 'clients-use-the-client',
      from: 'extensions/vscode/src/planted.ts',
      to: 'jetbrains-bridge/src/server/bridge-server.ts',
    },
    {
      rule: 'no-circular',
      from: source('domain/planted.ts'),
      to: source('domain/planted.ts'),
    },
  ];
  for (const { rule, from, to } of planted) {
    it(`${rule} (${from} -> ${to})`, async () => {
      const up = '../'.repeat(from.split('/').length - 1);
      const broken = await rulesBrokenBy({ [to]: empty, [from]: `import '${up}${to}';\n` });
      assert.ok(broken.includes(rule), `reported: ${broken.join(', ') || 'nothing'}`);
    });
  }

  const outside: { rule: string; from: string; module: string }[] = [
    { rule: 'contract-is-zod-only', from: source('contract/planted.ts'), module: 'hono' },
    {
      rule: 'no-input-output-in-the-vocabulary',
      from: source('domain/planted.ts'),
      module: 'node:fs',
    },
    { rule: 'the-page-is-no-node-program', from: 'webview-ui/src/planted.ts', module: 'node:fs' },
    { rule: 'the-core-knows-no-editor', from: source('platform/planted.ts'), module: 'vscode' },
    { rule: 'not-resolvable', from: source('platform/planted.ts'), module: './absent.ts' },
    {
      rule: 'no-development-dependency',
      from: source('platform/planted.ts'),
      module: 'only-for-tests',
    },
  ];
  for (const { rule, from, module } of outside) {
    it(`${rule} (${from} -> ${module})`, async () => {
      const broken = await rulesBrokenBy({
        'proxy-core/package.json':
          '{"name": "planted", "devDependencies": {"only-for-tests": "1"}}',
        'node_modules/hono/package.json': '{"name": "hono", "main": "index.js"}',
        'node_modules/hono/index.js': empty,
        'node_modules/only-for-tests/package.json': '{"name": "only-for-tests", "main": "i.js"}',
        'node_modules/only-for-tests/i.js': empty,
        [from]: `import '${module}';\n`,
      });
      assert.ok(broken.includes(rule), `reported: ${broken.join(', ') || 'nothing'}`);
    });
  }

  it('for every rule that there is', async () => {
    const { ruleSet } = await extractDepcruiseOptions(configuration);
    const rules = (ruleSet?.forbidden ?? []).map(({ name }) => name);
    const shown = new Set([...planted, ...outside].map(({ rule }) => rule));
    assert.deepEqual(new Set(rules), shown);
  });

  it('and a tree without one breaks nothing', async () => {
    const broken = await rulesBrokenBy({
      [source('domain/money.ts')]: empty,
      [source('pipeline/cache/cache.ts')]: "import '../../domain/money.ts';\n",
      [source('pipeline/relay.ts')]: "import './cache/cache.ts';\n",
      [source('composition.ts')]: "import './pipeline/relay.ts';\n",
    });
    assert.deepEqual(broken, []);
  });
});
