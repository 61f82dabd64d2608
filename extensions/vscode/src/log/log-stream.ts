import { Writable } from 'node:stream';
import { readLogLine, type LogMethod } from './log-line.ts';

/** Part of VS Code's LogOutputChannel. */
export type LogTarget = Readonly<Record<LogMethod, (message: string) => void>>;

/** Where the core of this process writes its lines: into the output channel. */
export function createLogStream(target: LogTarget): Writable {
  return new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      for (const line of String(chunk).split('\n')) {
        if (line.trim() === '') continue;
        const { method, text } = readLogLine(line);
        try {
          target[method](text);
        } catch {
          // A channel that is gone throws. Whoever logs must not fall over it.
        }
      }
      done();
    },
  });
}
