// `node test/ide/measure.ts`: what RelayCore costs the extension host that it runs in. The activation on
// the main thread, and how late the event loop is at 300 requests a second beside what it is when idle.
// Measures, and judges nothing: run it on a machine that does nothing else.
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../support/until.ts';
import { newestEdition } from './editor/edition.ts';
import type { EditorWindow } from './editor/editor-window.ts';
import { createScene, type Scene } from './editor/scene.ts';
import { bundleInHostTests } from './in-host/bundle.ts';
import type { LoopDelay } from './in-host/measure.ts';

const requestsPerSecond = 300;
const measureMs = 10_000;

/** VS Code's own figure, of the list of running extensions. */
async function readActivation(window: EditorWindow): Promise<string> {
  await window.runCommand('Developer: Show Running Extensions');
  const row = window.page.locator('.runtime-extensions-editor .monaco-list-row');
  const own = row.filter({ hasText: 'RelayCore' }).first();
  await own.waitFor();
  return own.innerText();
}

/** Every tenth request is new, the others are answered by the cache. Gives how many were sent in how many seconds. */
async function sendLoad({ home }: Scene): Promise<string> {
  const answers: Promise<unknown>[] = [];
  const start = performance.now();
  for (let sent = 0; performance.now() - start < measureMs; sent += 1) {
    const due = start + (sent * 1000) / requestsPerSecond;
    await delay(Math.max(0, due - performance.now()));
    const content = sent % 10 === 0 ? `new ${sent}` : 'again';
    answers.push(ask(home.url, content));
  }
  await Promise.all(answers);
  const seconds = (performance.now() - start) / 1000;
  return `${answers.length} requests in ${seconds.toFixed(1)} s`;
}

async function ask(url: string, content: string): Promise<void> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk-mock-of-the-client', 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'gpt-4o-mini',
      temperature: 0,
      stream: true,
      messages: [{ role: 'user', content }],
    }),
  });
  await response.arrayBuffer();
}

async function measure(scene: Scene, name: string, work: () => Promise<string>): Promise<void> {
  writeFileSync(`${scene.resultsFile}.${name}.begin`, '');
  const done = await work();
  writeFileSync(`${scene.resultsFile}.${name}.end`, '');
  const read = (): string => readFileSync(`${scene.resultsFile}.${name}.json`, 'utf8');
  const { p50Ms, p99Ms, maxMs } = JSON.parse(await until('The figures', read)) as LoopDelay;
  const figures = [p50Ms, p99Ms, maxMs].map((value) => value.toFixed(2)).join(' / ');
  console.log(`event loop, ${name}: ${figures} ms (p50 / p99 / max) ${done}`);
}

const scene = await createScene(newestEdition(), { runsTestsInside: true });
try {
  const remote = `vscode-remote://${new URL(scene.server.url).host}`;
  const window = await scene.openWindow('measured', {
    // The list of running extensions holds only the rows that are seen.
    height: 4_000,
    payload: [
      ['extensionDevelopmentPath', remote + scene.server.extensionFolder],
      ['extensionTestsPath', remote + (await bundleInHostTests('measure'))],
    ],
  });
  await window.waitForMeter((text) => text.includes('$'));
  console.log(`activation: ${(await readActivation(window)).replaceAll(/\s+/g, ' ')}`);
  await delay(5_000);
  await measure(scene, 'idle', () => delay(measureMs, ''));
  await measure(scene, 'load', () => sendLoad(scene));
} finally {
  await scene.close();
}
