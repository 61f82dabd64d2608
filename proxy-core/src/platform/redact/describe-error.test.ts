import assert from 'node:assert/strict';
import { request } from 'node:http';
import { describeError } from './describe-error.ts';

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new assert.AssertionError({ message: 'nothing was thrown' });
}

describe('describeError', () => {
  it('gives type, code, status, message and the chain of causes', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const error = Object.assign(new TypeError('fetch failed', { cause }), { status: 502 });
    const { stack, ...rest } = describeError(error);
    assert.deepEqual(rest, {
      type: 'TypeError',
      message: 'fetch failed',
      status: 502,
      cause: { type: 'Error', message: 'connect ECONNREFUSED', code: 'ECONNREFUSED' },
    });
    assert.match(stack ?? '', /^ {4}at /);
    assert.equal(stack?.includes('fetch failed'), false);
  });

  it('leaves out the text that JSON.parse quotes', () => {
    for (const text of ['Tell me about my divorce', `{"a": ${'secret plan '.repeat(20)}}`, 'x']) {
      const description = JSON.stringify(describeError(thrownBy(() => JSON.parse(text))));
      assert.equal(/divorce|secret plan|"x"/.test(description), false, description);
      assert.match(description, /is not valid JSON|in JSON at position/);
    }
  });

  it('leaves out the values that Node quotes', () => {
    const error = thrownBy(() =>
      request({ path: 5 as unknown as string, host: ['hunter2'] as never }),
    );
    const { message } = describeError(error);
    assert.equal(message.includes('hunter2'), false);
    assert.match(message, /Received \[value\]$/);
  });

  it('leaves out bodies, inputs and whatever else hangs on an error', () => {
    const error = Object.assign(new Error('400'), {
      body: 'prompt',
      input: 'prompt',
      response: {},
    });
    assert.equal(JSON.stringify(describeError(error)).includes('prompt'), false);
  });

  it('takes secrets out of messages and cuts long ones', () => {
    assert.equal(
      describeError(new Error('bad key sk-ant-api03-abcdef')).message,
      'bad key [sk-ant key, 19 chars]',
    );
    assert.equal(describeError(new Error('x'.repeat(5_000))).message.length, 601);
  });

  it('describes what an AggregateError gathered', () => {
    const error = new AggregateError([new Error('one'), new Error('two')], 'all failed');
    assert.deepEqual(
      describeError(error).errors?.map(({ message }) => message),
      ['one', 'two'],
    );
  });

  it('bounds a chain of causes that bites its own tail', () => {
    const error = new Error('a');
    error.cause = error;
    assert.ok(JSON.stringify(describeError(error)).length < 5_000);
  });

  it('takes whatever is thrown', () => {
    assert.deepEqual(describeError('gone'), { type: 'string', message: 'gone' });
    assert.deepEqual(describeError('p'.repeat(200)), { type: 'string', message: '[200 chars]' });
    assert.deepEqual(describeError({ secret: 1 }), { type: 'object', message: '' });
    assert.deepEqual(describeError(null), { type: 'null', message: '' });
    assert.deepEqual(describeError(undefined), { type: 'undefined', message: '' });
  });
});
