import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { createLogger, type Logger, type LogLevel } from './logger.ts';

function aLogger(level: LogLevel = 'info'): {
  logger: Logger;
  lines: string[];
  last: () => unknown;
} {
  const lines: string[] = [];
  const logger = createLogger({ level, name: 'relay', write: (line) => lines.push(line) });
  return { logger, lines, last: () => JSON.parse(lines.at(-1) ?? 'null') };
}

describe('createLogger', () => {
  it('writes one line of JSON with level, time, name, fields and message', () => {
    const { logger, lines } = aLogger();
    logger.info({ status: 200 }, 'request completed');
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /^\{.*\}\n$/);
    const { time, ...line } = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
    assert.deepEqual(line, { level: 'info', name: 'relay', status: 200, msg: 'request completed' });
    assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('writes what the level lets pass', () => {
    const { logger, lines } = aLogger('warn');
    logger.info('no');
    logger.warn('yes');
    logger.fatal('yes');
    assert.equal(lines.length, 2);
    assert.deepEqual(
      [logger.isEnabled('info'), logger.isEnabled('warn'), logger.isEnabled('error')],
      [false, true, true],
    );
  });

  it('changes the level of the whole family at run time', () => {
    const { logger, lines } = aLogger('info');
    const child = logger.child({ part: 'cache' });
    child.debug('no');
    logger.setLevel('debug');
    child.debug('yes');
    child.setLevel('error');
    logger.warn('no');
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as { msg: string }).msg),
      ['yes'],
    );
  });

  it('adds a child’s fields to its lines', () => {
    const { logger, last } = aLogger();
    logger.child({ part: 'cache', token: 'x' }).child({ id: 1 }).info({ hit: true }, 'looked up');
    const { time: _, ...line } = last() as Record<string, unknown>;
    assert.deepEqual(line, {
      level: 'info',
      name: 'relay',
      part: 'cache',
      token: '[secret]',
      id: 1,
      hit: true,
      msg: 'looked up',
    });
  });

  it('describes an error that stands in place of the fields', () => {
    const { logger, last } = aLogger();
    logger.error(new TypeError('boom'), 'worker died');
    const line = last() as { error: { type: string; message: string }; msg: string };
    assert.deepEqual(
      [line.error.type, line.error.message, line.msg],
      ['TypeError', 'boom', 'worker died'],
    );
  });

  it('takes percent signs for what they are', () => {
    const { logger, last } = aLogger();
    logger.info({ a: 1 }, '100 %s of %d');
    assert.equal((last() as { msg: string }).msg, '100 %s of %d');
    logger.info('%j');
    assert.equal((last() as { msg: string }).msg, '%j');
  });

  it('lets no secret and no prompt through, wherever it is put', () => {
    const secret = fc
      .string({
        unit: fc.constantFrom('a', 'b', 'X', 'Z', '0', '9', '_', '-'),
        minLength: 16,
        maxLength: 40,
      })
      .map((body) => `sk-ant-${body}`);
    const around = fc.string().filter((text) => !/[A-Za-z0-9]$/.test(text));
    fc.assert(
      fc.property(secret, around, (value, text) => {
        const { logger, lines } = aLogger();
        logger.child({ note: text + value }).info({ deep: { list: [text + value] } }, text + value);
        logger.error(new Error(text + value, { cause: new Error(value) }), 'failed');
        logger.info(
          { headers: { 'x-unknown': value }, url: `/?x=${value}`, prompt: value },
          'request',
        );
        assert.equal(lines.length, 3);
        assert.equal(lines.join('').includes(value.slice(0, 16)), false);
        for (const line of lines) JSON.parse(line);
      }),
    );
  });
});
