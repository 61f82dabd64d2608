// VS Code calls `run` inside the extension host, as it does for every extension's tests. The same module
// serves the desktop (`npm run test:electron`) and VS Code's server. Results go to a file, a line of JSON
// each, because nothing else leads out of both.
import { appendFileSync } from 'node:fs';
import type Mocha from 'mocha';
import { activationSuite } from './suites/activation.ts';
import { commandsSuite } from './suites/commands.ts';
import { languageModelSuite } from './suites/language-model.ts';

export type InHostEvent =
  | { readonly kind: 'passed'; readonly title: string }
  | { readonly kind: 'failed'; readonly title: string; readonly error: string }
  | { readonly kind: 'end' };

const suites = [activationSuite, commandsSuite, languageModelSuite];

/** Rejects when a test failed: the desktop ends with that. */
export async function run(): Promise<void> {
  const file = process.env['RELAYCORE_TEST_RESULTS'];
  if (file === undefined) throw new Error('RELAYCORE_TEST_RESULTS names no file.');
  const write = (event: InHostEvent): void => appendFileSync(file, `${JSON.stringify(event)}\n`);
  try {
    const failures = await runMocha(write);
    if (failures > 0) throw new Error(`${failures} tests failed inside VS Code`);
  } finally {
    write({ kind: 'end' });
  }
}

async function runMocha(write: (event: InHostEvent) => void): Promise<number> {
  const { default: MochaClass } = await import('mocha');
  const mocha: Mocha = new MochaClass({ ui: 'bdd', timeout: 30_000, reporter: 'dot' });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  for (const suite of suites) suite();
  return new Promise((resolve) => {
    const runner = mocha.run(resolve);
    runner.on('pass', (test) => write({ kind: 'passed', title: test.fullTitle() }));
    runner.on('fail', (test, error: Error) =>
      write({ kind: 'failed', title: test.fullTitle(), error: error.stack ?? String(error) }),
    );
  });
}
