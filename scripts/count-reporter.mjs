// A mocha reporter for a program that reads along: a line of JSON for each test in the file named by
// the option `output`, so that a crash in the middle loses no count, and mocha's own list of failures.
import { appendFileSync } from 'node:fs';
import Mocha from 'mocha';

const STILL_OPEN_AFTER_MS = 10_000;

export default class CountReporter {
  #failed = [];

  constructor(runner, options) {
    const write = (event) =>
      appendFileSync(options.reporterOptions.output, `${JSON.stringify(event)}\n`);
    runner.on('pass', () => write({ kind: 'passed' }));
    runner.on('fail', (test, error) => {
      // The list below reads the error off the test.
      test.err = error;
      this.#failed.push(test);
      write({ kind: 'failed', title: test.fullTitle() });
    });
    // Configuration forbids pending tests; should one slip through, it is no pass.
    runner.on('pending', (test) => {
      if (test.state !== 'failed')
        write({ kind: 'failed', title: `${test.fullTitle()} (skipped)` });
    });
    runner.once('end', () => {
      if (this.#failed.length > 0) Mocha.reporters.Base.list(this.#failed);
      write({ kind: 'end' });
      reportWhatStaysOpen(write);
    });
  }
}

/** What a test started it has to stop: a run that does not end by itself is a failure with a name. */
function reportWhatStaysOpen(write) {
  const timer = setTimeout(() => {
    const open = [...new Set(process.getActiveResourcesInfo())].join(', ');
    write({ kind: 'failed', title: `the tests are over, but still open: ${open}` });
    process.exit(1);
  }, STILL_OPEN_AFTER_MS);
  timer.unref();
}
