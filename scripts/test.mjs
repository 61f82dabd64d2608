// `npm test`: installs what it needs, checks, runs every suite, and ends with `N passed, N failed`.
// `npm test -- unit clients` runs those suites only. With CI set nothing may be left out.
import { performance } from 'node:perf_hooks';
import { checkNames, runCheck } from './checks.mjs';
import { build, install, isInstalled } from './installation.mjs';
import { prerequisites } from './prerequisites.mjs';
import { isContinuousIntegration, stepLine } from './project.mjs';
import { listSuites, runSuite } from './suites.mjs';

/** A quarter of an hour is usual; a slow machine gets its time, and the last line is printed before CI's limit. */
const RUN_LIMIT_MS = 75 * 60_000;
const SUITE_LIMIT_MS = 20 * 60_000;

const only = process.argv.slice(2);
const total = { passed: 0, failed: 0, reports: [], notRun: [] };

function addFailure(title, output) {
  total.reports.push(`──── ${title}\n\n${output.trim()}\n`);
}

/** Something that counts as one: it passes or it fails. */
function addStep(result) {
  console.log(stepLine(result));
  if (result.isPassed) total.passed += 1;
  else {
    total.failed += 1;
    addFailure(result.name, result.output);
  }
  return result.isPassed;
}

async function runStep(name, action) {
  const { code, output, durationMs } = await action();
  return addStep({ name, isPassed: code === 0, output, durationMs });
}

/** A thing that this machine cannot do: named and excused by hand, a failure in CI. */
function addNotRun(name, reason) {
  total.notRun.push(`not run: ${name}: ${reason}`);
  if (!isContinuousIntegration) return;
  total.failed += 1;
  addFailure(name, `missing on this machine: ${reason}`);
}

/** Readies a suite's prerequisites: the variables for its tests, and the files to leave out. */
async function prepare({ name, needs }) {
  const prepared = { env: {}, ignore: [] };
  for (const { prerequisite, files } of needs) {
    const { variable, prepare: ready } = prerequisites[prerequisite];
    const { value, reason } = await ready();
    if (reason === undefined) prepared.env[variable] = value;
    else {
      prepared.ignore.push(files);
      addNotRun(`${name} (${files})`, reason);
    }
  }
  return prepared;
}

async function addSuite(suite) {
  const options = await prepare(suite);
  if (suite.files.every((files) => options.ignore.includes(files))) return;
  const left = RUN_LIMIT_MS - performance.now();
  const timeLimitMs = Math.max(1000, Math.min(SUITE_LIMIT_MS, left));
  const { passed, failed, output, durationMs } = await runSuite(suite, { ...options, timeLimitMs });
  const detail = `${passed} passed, ${failed.length} failed`;
  console.log(stepLine({ name: suite.name, isPassed: failed.length === 0, durationMs, detail }));
  total.passed += passed;
  total.failed += failed.length;
  if (failed.length > 0) {
    addFailure(suite.name, `${failed.map((title) => `✘ ${title}`).join('\n')}\n\n${output}`);
  }
}

async function runEverything() {
  if (!isInstalled() && !(await runStep('npm ci', install))) return;
  await runStep('build', build);
  const isWanted = (name) => only.length === 0 || only.includes(name);
  for (const name of checkNames.filter(isWanted)) addStep(await runCheck(name));
  for (const suite of listSuites().filter(({ name }) => isWanted(name))) await addSuite(suite);
  if (only.length > 0) total.notRun.push(`not run: all but ${only.join(', ')}: not asked for`);
}

await runEverything().catch((error) => {
  total.failed += 1;
  addFailure('the test script itself', String(error.stack));
});
if (total.reports.length > 0) console.log(`\n${total.reports.join('\n')}`);
for (const line of total.notRun) console.log(line);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
