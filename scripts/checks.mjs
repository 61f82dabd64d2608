// What is checked without running the product. A tool that was pointed at nothing finds no fault, so
// each one that counts its files has to have seen at least the product's sources.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root, runTool } from './project.mjs';
import { sourceFolders } from './source-folders.mjs';

/** The checks in order, quick ones first; `files` finds the number of files in the tool's output. */
const checks = [
  { name: 'format', command: ['oxfmt', '--check', '.'], files: / on (\d+) files/ },
  { name: 'lint', command: ['oxlint', '--deny-warnings'], files: / on (\d+) files/ },
  { name: 'types', command: ['typescript', '-b'] },
  {
    name: 'boundaries',
    command: ['dependency-cruiser', '--config', '.dependency-cruiser.mjs', ...sourceFolders],
    files: /\((\d+) modules/,
  },
  { name: 'unused code', command: ['knip', '--no-progress'] },
];

export const checkNames = checks.map(({ name }) => name);

/** How many TypeScript files the product has on disk, tests included. */
function countSources() {
  const entries = sourceFolders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }),
  );
  return entries.filter((entry) => entry.endsWith('.ts')).length;
}

/**
 * Runs one check by name.
 *
 * @returns {Promise<{name: string, isPassed: boolean, durationMs: number, output: string, detail: string}>}
 */
export async function runCheck(name) {
  const { command, files } = checks.find((check) => check.name === name);
  const { code, output, durationMs } = await runTool(command);
  const result = { name, isPassed: code === 0, durationMs, output, detail: '' };
  if (files === undefined || code !== 0) return result;
  const seen = Number(files.exec(output)?.[1] ?? 0);
  const expected = countSources();
  if (seen >= expected) return { ...result, detail: `${seen} files` };
  const complaint = `${output}\n${name} saw ${seen} files, but the product has ${expected}.\n`;
  return { ...result, isPassed: false, output: complaint };
}
