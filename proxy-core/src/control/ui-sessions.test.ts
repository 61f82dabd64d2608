import assert from 'node:assert/strict';
import {
  startControlPlane,
  startedAt,
  type RunningControlPlane,
} from './testing/start-control-plane.ts';

describe('a session of the page', () => {
  let plane: RunningControlPlane;
  let now = startedAt;

  before(async () => {
    plane = await startControlPlane({ clock: { now: () => now } });
  });
  beforeEach(() => {
    now = startedAt;
  });
  after(() => plane.close());

  const getTicket = async (): Promise<string> => {
    const answer = await plane.ask('/v1/ui/tickets', { method: 'POST' });
    assert.equal(answer.status, 201);
    const { ticket, expiresAt, path } = answer.json() as Record<string, unknown>;
    assert.equal(expiresAt, startedAt + 60_000);
    assert.equal(path, `/ui#ticket=${String(ticket)}`);
    return String(ticket);
  };
  const redeem = (ticket: string) =>
    plane.ask('/v1/ui/sessions', { method: 'POST', token: null, body: { ticket } });
  const openSession = async (): Promise<string> => {
    const answer = await redeem(await getTicket());
    assert.equal(answer.status, 201);
    const { token, expiresAt } = answer.json() as Record<string, unknown>;
    assert.equal(expiresAt, startedAt + 12 * 3_600_000);
    return String(token);
  };

  it('is got for a ticket and may look', async () => {
    const token = await openSession();
    for (const path of ['/v1/analytics/usage', '/v1/cache/stats', '/v1/config', '/metrics']) {
      assert.equal((await plane.ask(path, { token })).status, 200, path);
    }
    const health = (await plane.ask('/health', { token })).json() as Record<string, unknown>;
    assert.equal(health['pid'], 42);
  });

  it('neither handles tokens nor changes the configuration', async () => {
    const token = await openSession();
    const refused = [
      await plane.ask('/v1/tokens', { token }),
      await plane.ask('/v1/tokens', { method: 'POST', token, body: { name: 'x' } }),
      await plane.ask('/v1/tokens/x', { method: 'DELETE', token }),
      await plane.ask('/v1/config', { method: 'PUT', token, body: {} }),
      await plane.ask('/v1/ui/tickets', { method: 'POST', token }),
    ];
    assert.deepEqual(
      refused.map(({ status }) => status),
      [403, 403, 403, 403, 403],
    );
  });

  it('cannot be got twice for one ticket', async () => {
    const ticket = await getTicket();
    await redeem(ticket);
    const answer = await redeem(ticket);
    assert.equal(answer.status, 401);
    assert.match(answer.text, /relaycore ui/);
  });

  it('cannot be got for an old or an invented ticket', async () => {
    const ticket = await getTicket();
    now += 60_000;
    assert.equal((await redeem(ticket)).status, 401);
    assert.equal((await redeem('rc_t_invented')).status, 401);
  });

  it('ends after twelve hours', async () => {
    const token = await openSession();
    now += 12 * 3_600_000 - 1;
    assert.equal((await plane.ask('/v1/cache/stats', { token })).status, 200);
    now += 1;
    assert.equal((await plane.ask('/v1/cache/stats', { token })).status, 401);
  });
});
