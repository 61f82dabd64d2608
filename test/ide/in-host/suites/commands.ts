// The commands as a key binding or another extension calls them: with what they would ask as a parameter.
import assert from 'node:assert/strict';
import { commands } from 'vscode';
import { until } from '../../../support/until.ts';

interface CreatedToken {
  readonly name: string;
  readonly token: string;
  readonly url: string;
}

async function run<T>(command: string, parameter?: unknown): Promise<T> {
  const result = await commands.executeCommand<T | undefined>(`relaycore.${command}`, parameter);
  assert.ok(result !== undefined, `relaycore.${command} failed: its message says why.`);
  return result;
}

/** A repeat that the cache may answer; `x-relaycore-cache` of the answer. */
async function askDemo({ url, token }: CreatedToken): Promise<string | null> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'demo',
      temperature: 0,
      messages: [{ role: 'user', content: 'Inside the extension host.' }],
    }),
  });
  assert.equal(response.status, 200);
  await response.text();
  return response.headers.get('x-relaycore-cache');
}

export function commandsSuite(): void {
  describe('the commands', () => {
    let client: CreatedToken;

    it('make a token that opens the proxy', async () => {
      client = await run('createClientToken', `in-host-${Date.now()}`);
      assert.match(client.token, /^rc_c_/);
      await askDemo(client);
    });

    it('clear the cache where it was confirmed', async () => {
      await until('A hit', async () => (await askDemo(client)) === 'hit');
      const { cleared } = await run<{ readonly cleared: number }>('clearCache', {
        isConfirmed: true,
      });
      assert.ok(cleared > 0);
      assert.equal(await askDemo(client), 'miss');
    });

    it('pass by the cache once', async () => {
      await until('A hit', async () => (await askDemo(client)) === 'hit');
      await run('bypassCacheOnce');
      assert.notEqual(await askDemo(client), 'hit');
      assert.equal(await askDemo(client), 'hit');
    });

    it('turn the cache off and on', async () => {
      assert.equal((await run<{ readonly enabled: boolean }>('toggleCache')).enabled, false);
      assert.notEqual(await askDemo(client), 'hit');
      assert.equal((await run<{ readonly enabled: boolean }>('toggleCache')).enabled, true);
    });

    it('test a provider', async () => {
      const test = await run<{ readonly outcome: string }>('testProviderKey', 'demo');
      assert.equal(test.outcome, 'ok');
    });

    it('write the doctor report', async () => {
      const report = await run<string>('showDoctorReport');
      assert.match(report, /^# RelayCore: doctor report/);
      assert.match(report, new RegExp(client.url));
    });
  });
}
