import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { createLogSink, type LogSink, type LogSinkOptions } from './log-sink.ts';

const kibibyte = 1 / 1024;

describe('createLogSink', () => {
  let home: string;
  let directory: string;
  let stderr: PassThrough;
  const sinks: LogSink[] = [];

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'relaycore-logs-'));
    directory = join(home, 'logs');
    stderr = new PassThrough();
  });

  afterEach(async () => {
    await Promise.all(sinks.splice(0).map((sink) => sink.close()));
    rmSync(home, { recursive: true, force: true });
  });

  function aSink(options: Partial<LogSinkOptions> = {}): LogSink {
    const sink = createLogSink({ directory, maxFileMb: 1, maxFiles: 3, stderr, ...options });
    sinks.push(sink);
    return sink;
  }

  const logFile = (suffix = ''): string => join(directory, `relaycore.log${suffix}`);
  const linesOf = (path: string): string[] => readFileSync(path, 'utf8').split('\n').slice(0, -1);
  const stderrText = (): string => String(stderr.read() ?? '');

  it('writes each line to stderr and to the file', async () => {
    const sink = aSink();
    sink.write('{"a":1}\n');
    sink.write('{"a":2}\n');
    await sink.close();
    assert.equal(stderrText(), '{"a":1}\n{"a":2}\n');
    assert.deepEqual(linesOf(logFile()), ['{"a":1}', '{"a":2}']);
  });

  it('continues the file of an earlier run', async () => {
    for (const line of ['1\n', '2\n']) {
      const sink = aSink();
      sink.write(line);
      await sink.close();
    }
    assert.deepEqual(linesOf(logFile()), ['1', '2']);
  });

  it('keeps folder and files for the user alone', async function () {
    if (process.platform === 'win32') return;
    mkdirSync(directory);
    writeFileSync(logFile(), '');
    chmodSync(logFile(), 0o644);
    const sink = aSink({ maxFileMb: kibibyte });
    for (let index = 0; index < 30; index += 1) sink.write(`${'x'.repeat(99)}\n`);
    await sink.close();
    for (const name of readdirSync(directory)) {
      assert.equal(statSync(join(directory, name)).mode & 0o777, 0o600, name);
    }
    const other = aSink({ directory: join(home, 'new', 'logs') });
    other.write('1\n');
    await other.close();
    assert.equal(statSync(join(home, 'new', 'logs')).mode & 0o777, 0o700);
  });

  it('rotates by size, keeps so many files, and loses no line between them', async () => {
    const sink = aSink({ maxFileMb: kibibyte, maxFiles: 3 });
    for (let index = 0; index < 40; index += 1) sink.write(`${String(index).padStart(99, '0')}\n`);
    await sink.close();
    assert.deepEqual(readdirSync(directory).toSorted(), [
      'relaycore.log',
      'relaycore.log.1',
      'relaycore.log.2',
    ]);
    const numbers = ['.2', '.1', ''].flatMap((suffix) => linesOf(logFile(suffix)).map(Number));
    assert.equal(numbers.at(-1), 39);
    assert.deepEqual(
      numbers,
      Array.from({ length: numbers.length }, (_, index) => 40 - numbers.length + index),
    );
    assert.ok(statSync(logFile('.1')).size <= 1_124);
  });

  it('takes new bounds while lines come', async () => {
    const sink = aSink();
    for (let index = 0; index < 20; index += 1) sink.write(`${String(index).padStart(99, '0')}\n`);
    sink.configure({ maxFileMb: kibibyte, maxFiles: 4 });
    for (let index = 20; index < 40; index += 1) sink.write(`${String(index).padStart(99, '0')}\n`);
    await sink.close();
    const files = readdirSync(directory).toSorted().toReversed();
    assert.deepEqual(
      files.flatMap((name) => linesOf(join(directory, name)).map(Number)),
      Array.from({ length: 40 }, (_, index) => index),
    );
    assert.ok(files.length > 2);
  });

  it('warns once of a folder that cannot be written, and tries again later', async () => {
    writeFileSync(directory, 'a file where the folder should be');
    const sink = aSink({ retryAfterMs: 20 });
    sink.write('1\n');
    sink.write('2\n');
    await delay(40);
    sink.write('3\n');
    const text = stderrText();
    assert.deepEqual(text.match(/^\d$/gm), ['1', '2', '3']);
    assert.equal(text.match(/cannot be written/g)?.length, 1, text);
    rmSync(directory);
    await delay(40);
    sink.write('4\n');
    await sink.close();
    const [report = '', ...lines] = linesOf(logFile());
    assert.equal((JSON.parse(report) as { droppedLines: number }).droppedLines, 3);
    assert.deepEqual(lines, ['4']);
  });

  it('gives the warning to whoever asks for it', async () => {
    writeFileSync(directory, 'a file where the folder should be');
    const warnings: string[] = [];
    const sink = aSink({ stderr: null, warn: (line) => warnings.push(line) });
    sink.write('1\n');
    await sink.close();
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /cannot be written/);
  });

  it('goes on without files when the disk is full in the middle of a line', async function () {
    if (process.platform === 'win32') return;
    // A limit on the size of files makes writing fail as a full disk does: after part of a line.
    const script = `
      import { createLogSink } from ${JSON.stringify(import.meta.resolve('./log-sink.ts'))};
      const sink = createLogSink({ directory: ${JSON.stringify(directory)}, maxFileMb: 1, maxFiles: 2, stderr: process.stderr, retryAfterMs: 10 });
      for (let i = 0; i < 30; i += 1) {
        sink.write(JSON.stringify({ i, filler: 'x'.repeat(1_000) }) + '\\n');
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await sink.close();
      process.exitCode = 7;`;
    const child = spawn('sh', [
      '-c',
      'ulimit -f 8; exec "$0" --input-type=module -e "$1"',
      process.execPath,
      script,
    ]);
    let text = '';
    child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const code = await new Promise((resolve) => child.on('close', resolve));
    assert.equal(code, 7, text);
    assert.equal(text.match(/cannot be written/g)?.length, 1);
    assert.equal(text.match(/"filler"/g)?.length, 30);
    assert.ok(statSync(logFile()).size > 3_000);
  });

  it('goes on with files when whoever reads stderr goes away', async () => {
    const sink = aSink();
    sink.write('1\n');
    stderr.destroy(new Error('EPIPE'));
    await delay(1);
    sink.write('2\n');
    await sink.close();
    assert.deepEqual(linesOf(logFile()), ['1', '2']);
  });

  it('needs neither a folder nor stderr', async () => {
    const sink = aSink({ directory: null, stderr: null });
    sink.write('1\n');
    await sink.close();
    assert.deepEqual(readdirSync(home), []);
  });

  it('writes to stderr only once it is closed', async () => {
    const sink = aSink();
    sink.write('1\n');
    await sink.close();
    await sink.close();
    sink.write('2\n');
    assert.equal(stderrText(), '1\n2\n');
    assert.deepEqual(linesOf(logFile()), ['1']);
  });
});
