// `npm run test:electron`: the tests of in-host/ in a desktop VS Code that is downloaded, newest and floor.
// It needs the network and, on Linux, a display (`xvfb-run` will do).
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import JSZip from 'jszip';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { createRelayHome } from './editor/relay-home.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { packedExtension } from './editor/edition.ts';
import { bundleInHostTests } from './in-host/bundle.ts';
import type { InHostEvent } from './in-host/run.ts';

const versions = ['stable', '1.105.0'];

/** Chromium refuses its sandbox to root, whom containers have. */
const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

/** Null, and the reason told, where it cannot be had. */
async function download(version: string): Promise<string | null> {
  try {
    return await downloadAndUnzipVSCode(version);
  } catch (error) {
    console.error(`VS Code ${version} could not be downloaded: ${String(error)}`);
    return null;
  }
}

async function runIn(version: string, tests: string): Promise<{ passed: number; failed: number }> {
  const vscodeExecutablePath = await download(version);
  if (vscodeExecutablePath === null) return { passed: 0, failed: 1 };
  const folder = temporaryFolder('electron');
  const home = await createRelayHome();
  const results = join(folder.path, 'results.jsonl');
  const extension = await unpack(packedExtension(), join(folder.path, 'extension'));
  const own = (name: string): string => join(folder.path, name);
  const user = ['--user-data-dir', own('user'), '--extensions-dir', own('extensions')];
  try {
    await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: extension,
      extensionTestsPath: tests,
      extensionTestsEnv: { RELAYCORE_HOME: home.path, RELAYCORE_TEST_RESULTS: results },
      launchArgs: [...user, ...asRoot, '--disable-workspace-trust', '--disable-updates'],
    }).catch((error: unknown) => console.error(String(error)));
    return count(results);
  } finally {
    home.remove();
    folder.remove();
  }
}

/** What users install, not what stands in the repository. */
async function unpack(vsix: string, target: string): Promise<string> {
  const { files } = await JSZip.loadAsync(readFileSync(vsix));
  for (const file of Object.values(files).filter(
    ({ dir, name }) => !dir && name.startsWith('extension/'),
  )) {
    const path = join(target, file.name.slice('extension/'.length));
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, await file.async('nodebuffer'));
  }
  return target;
}

function count(file: string): { passed: number; failed: number } {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const events = text
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as InHostEvent]));
  const failed = events.filter((event) => event.kind === 'failed');
  for (const { title, error } of failed) console.error(`✘ ${title}\n${error}\n`);
  const isWhole = events.some(({ kind }) => kind === 'end');
  if (!isWhole) console.error('The tests did not come to their end.');
  const passed = events.filter(({ kind }) => kind === 'passed').length;
  return { passed, failed: failed.length + (isWhole ? 0 : 1) };
}

const tests = await bundleInHostTests();
const total = { passed: 0, failed: 0 };
for (const version of versions) {
  console.log(`VS Code ${version}`);
  const { passed, failed } = await runIn(version, tests);
  total.passed += passed;
  total.failed += failed;
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
