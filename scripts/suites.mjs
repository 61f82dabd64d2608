// The test suites: the unit tests beside the code, then every folder of test/ in a mocha process of
// its own, so that nothing that one suite leaves behind reaches the next.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childEnvironment, root, runTool } from './project.mjs';
import { sourceFolders } from './source-folders.mjs';

const UNIT_TIMEOUT_MS = 2000;
const SYSTEM_TIMEOUT_MS = 30_000;

/** The order in which a reader wants to hear of faults; suites not named here come last. */
const ORDER = ['architecture', 'suites', 'golden', 'integration', 'clients', 'browser', 'ide'];

/** What some suites need of the machine: the name of a prerequisite and the files that need it. */
const NEEDS = [
  { suite: 'browser', prerequisite: 'chromium', files: 'test/browser/**/*.test.ts' },
  { suite: 'clients', prerequisite: 'python', files: 'test/clients/**/*python*.test.ts' },
  { suite: 'ide', prerequisite: 'vsix', files: 'test/ide/**/*.test.ts' },
  { suite: 'ide', prerequisite: 'chromium', files: 'test/ide/vscode-*.test.ts' },
  { suite: 'ide', prerequisite: 'vscode', files: 'test/ide/vscode-newest.test.ts' },
  { suite: 'ide', prerequisite: 'vscode floor', files: 'test/ide/vscode-floor.test.ts' },
];

/** @returns {{name: string, files: string[], timeoutMs: number, needs: typeof NEEDS}[]} */
export function listSuites() {
  const unit = {
    name: 'unit',
    files: sourceFolders.map((folder) => `${folder}/**/*.test.ts`),
    timeoutMs: UNIT_TIMEOUT_MS,
    needs: [],
  };
  const folders = readdirSync(join(root, 'test'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .filter(hasTests)
    .toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  const system = folders.map((name) => ({
    name,
    files: [`test/${name}/**/*.test.ts`],
    timeoutMs: SYSTEM_TIMEOUT_MS,
    needs: NEEDS.filter(({ suite }) => suite === name),
  }));
  return [unit, ...system];
}

function rank(name) {
  const index = ORDER.indexOf(name);
  return index === -1 ? ORDER.length : index;
}

function hasTests(name) {
  const entries = readdirSync(join(root, 'test', name), { recursive: true });
  return entries.some((entry) => entry.endsWith('.test.ts'));
}

/**
 * Runs one suite in its own process and home folder, without the user's keys.
 *
 * @param {{name: string, files: string[], timeoutMs: number}} suite
 * @param {{ignore: string[], env: Record<string, string>, timeLimitMs: number}} options
 * @returns {Promise<{name: string, passed: number, failed: string[], output: string, durationMs: number}>}
 */
export async function runSuite(suite, { ignore, env, timeLimitMs }) {
  const home = mkdtempSync(join(tmpdir(), 'relaycore-test-'));
  const results = join(home, 'results.jsonl');
  const command = [
    'mocha',
    ...['--reporter', './scripts/count-reporter.mjs', '--reporter-option', `output=${results}`],
    ...['--timeout', String(suite.timeoutMs)],
    ...ignore.flatMap((files) => ['--ignore', files]),
    ...suite.files,
  ];
  try {
    const environment = testEnvironment({ ...env, RELAYCORE_HOME: join(home, 'data') });
    const ended = await runTool(command, { env: environment, timeLimitMs });
    return { name: suite.name, ...readResults(results, ended), ...ended };
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** A test must neither spend a developer's money nor read their settings. */
function testEnvironment(extra) {
  const environment = childEnvironment();
  for (const name of Object.keys(environment)) {
    if (name.startsWith('RELAYCORE_') || /_(API_KEY|AUTH_TOKEN|BASE_URL)$/.test(name)) {
      delete environment[name];
    }
  }
  return { ...environment, ...extra };
}

function readResults(file, { code, isTimedOut }) {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const events = text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  const passed = events.filter(({ kind }) => kind === 'passed').length;
  const failed = events.filter(({ kind }) => kind === 'failed').map(({ title }) => title);
  if (isTimedOut) failed.push('the suite did not end within its time limit');
  else if (!events.some(({ kind }) => kind === 'end'))
    failed.push(`it stopped early, code ${code}`);
  else if (code !== 0 && failed.length === 0) failed.push(`the process ended with code ${code}`);
  if (passed + failed.length === 0) failed.push('there was no test in it');
  return { passed, failed };
}
