// `npm run check`: what takes seconds and needs no network. Format, lint, types, boundaries, unused
// code and the unit tests; a line for each, and the full output of those that fail.
import { checkNames, runCheck } from './checks.mjs';
import { stepLine } from './project.mjs';
import { listSuites, runSuite } from './suites.mjs';

const UNIT_LIMIT_MS = 180_000;

async function runUnitTests() {
  const unit = listSuites().find(({ name }) => name === 'unit');
  const ended = await runSuite(unit, { ignore: [], env: {}, timeLimitMs: UNIT_LIMIT_MS });
  const isPassed = ended.failed.length === 0;
  const detail = `${ended.passed} passed, ${ended.failed.length} failed`;
  return { ...ended, name: 'unit tests', isPassed, detail };
}

const steps = [...checkNames.map((name) => () => runCheck(name)), runUnitTests];
for (const step of steps) {
  const result = await step();
  console.log(stepLine(result));
  if (result.isPassed) continue;
  console.log(`\n${result.output}\n${(result.failed ?? []).join('\n')}\n`);
  process.exitCode = 1;
}
