// Where the time of RelayCore's threads went: `node test/bench/summarise-profiles.ts FOLDER [LINES]` prints, for each
// thread that `--profile` watched, the functions and the files with the most time of their own.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Microseconds of own time by name. */
type Times = Map<string, number>;

function fileOf({ url, functionName }: CallFrame): string {
  if (url === '') return functionName.startsWith('(') ? functionName : '(native)';
  return url.replace(/^file:\/\//, '').replace(/^.*?\/(node_modules|proxy-core)\//, '$1/');
}

function functionOf(frame: CallFrame): string {
  const name = frame.functionName === '' ? 'anonymous' : frame.functionName;
  return name.startsWith('(') ? name : `${name}  ${fileOf(frame)}:${frame.lineNumber + 1}`;
}

function addOwnTimes(times: Times, profile: Profile, nameOf: (frame: CallFrame) => string): void {
  const names = new Map(profile.nodes.map((node) => [node.id, nameOf(node.callFrame)]));
  for (const [index, id] of profile.samples.entries()) {
    const name = names.get(id) ?? '?';
    times.set(name, (times.get(name) ?? 0) + (profile.timeDeltas[index] ?? 0));
  }
}

/** The profiler's own work when it hands a part over. */
function isProfiler(name: string): boolean {
  return name.includes('node:inspector');
}

function format(times: Times, lines: number): string {
  const busy = [...times].filter(([name]) => !name.startsWith('(idle)') && !isProfiler(name));
  const total = busy.reduce((sum, [, time]) => sum + time, 0);
  return busy
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, lines)
    .map(([name, time]) => `  ${((100 * time) / total).toFixed(1).padStart(5)} %  ${name}\n`)
    .join('');
}

function summarise(thread: string, profiles: readonly Profile[], lines: number): string {
  const functions: Times = new Map();
  const files: Times = new Map();
  for (const profile of profiles) {
    addOwnTimes(functions, profile, functionOf);
    addOwnTimes(files, profile, fileOf);
  }
  const all = [...functions.values()].reduce((sum, time) => sum + time, 0);
  const idle = Math.round((100 * (functions.get('(idle)') ?? 0)) / all);
  const head = `${thread}: ${(all / 1e6).toFixed(1)} s, ${idle} % idle\n`;
  return `${head} by function\n${format(functions, lines)} by file\n${format(files, 12)}\n`;
}

const [folder = '.', lines = '25'] = process.argv.slice(2);
// The first part is mostly start-up.
const files = readdirSync(folder).filter((name) => /part-(?!1\.).*\.cpuprofile$/.test(name));
const threads = Object.groupBy(files, (name) => name.replace(/-part-.*$/, ''));
for (const [thread, parts] of Object.entries(threads)) {
  const profiles = (parts ?? []).map(
    (name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Profile,
  );
  process.stdout.write(summarise(thread, profiles, Number(lines)));
}
