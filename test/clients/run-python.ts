// The scripts in python/, each one behaviour of Python's `openai`, which prints what it saw as one JSON object.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { JsonBody } from '../support/builders.ts';
import { startChild } from '../support/child-process.ts';

export interface PythonClient {
  /** OpenAI's base URL, with `/v1`. */
  readonly baseUrl: string;
  readonly apiKey: string;
}

const environment = fileURLToPath(new URL('../../.venv/', import.meta.url));
const timeoutMs = 20_000;

/** The Python that `npm test` has prepared, else the one of the virtual environment as it is. */
function pythonPath(): string {
  const candidates = [`${environment}bin/python`, `${environment}Scripts/python.exe`];
  const found = process.env['RELAYCORE_TEST_PYTHON'] ?? candidates.find((path) => existsSync(path));
  if (found === undefined) throw new Error('There is no .venv: run `npm test -- clients` once.');
  return found;
}

/** Rejects with what Python said where the script fails. */
export async function runPython(
  script: string,
  client: PythonClient,
  args: readonly string[] = [],
): Promise<JsonBody> {
  const file = fileURLToPath(new URL(`python/${script}.py`, import.meta.url));
  const running = startChild([pythonPath(), '-X', 'utf8', file, ...args], {
    env: {
      PATH: process.env['PATH'],
      SystemRoot: process.env['SystemRoot'],
      OPENAI_BASE_URL: client.baseUrl,
      OPENAI_API_KEY: client.apiKey,
      PYTHONDONTWRITEBYTECODE: '1',
    },
  });
  const timer = setTimeout(() => void running.kill9(), timeoutMs);
  const { code } = await running.exited;
  clearTimeout(timer);
  if (code !== 0) throw new Error(`${script}.py ended with ${code}: ${running.stderr()}`);
  return JSON.parse(running.stdout()) as JsonBody;
}
