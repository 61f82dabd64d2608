import assert from 'node:assert/strict';
import { format, inspect } from 'node:util';
import { SecretString } from './secret-string.ts';

describe('SecretString', () => {
  const secret = new SecretString('hunter2');

  it('gives its value to whoever asks by name', () => {
    assert.equal(secret.reveal(), 'hunter2');
  });

  it('shows itself as [secret] however it is printed', () => {
    const printed = [
      String(secret),
      ''.concat(secret as unknown as string),
      [secret].join(','),
      JSON.stringify({ secret }),
      inspect(secret),
      inspect({ deep: { secret } }, { showHidden: true, depth: 9 }),
      format('%s %o %j', secret, secret, secret),
      Object.values(secret).join(),
    ];
    assert.equal(printed.join('\n').includes('hunter2'), false);
    assert.equal(printed[0], '[secret]');
    assert.equal(printed[3], '{"secret":"[secret]"}');
  });

  it('does not travel to another thread', () => {
    assert.equal(JSON.stringify(structuredClone(secret)), '{}');
  });
});
