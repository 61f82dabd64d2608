import assert from 'node:assert/strict';
import { RelayError } from '../domain/relay-error.ts';
import {
  startControlPlane,
  startedAt,
  type RunningControlPlane,
} from './testing/start-control-plane.ts';

describe('POST /v1/tokens', () => {
  let plane: RunningControlPlane;

  before(async () => {
    plane = await startControlPlane({
      tokens: {
        list: () => [],
        create: async (name) => {
          if (name === 'taken') throw new RelayError('conflict', 'There is a token named taken.');
          return { id: 'ct_9', name, createdAt: startedAt, token: 'rc_c_secret' };
        },
        revoke: async () => false,
      },
    });
  });
  after(() => plane.close());

  const create = (body: unknown) => plane.ask('/v1/tokens', { method: 'POST', body });

  it('gives the token once', async () => {
    const answer = await create({ name: 'codex' });
    assert.equal(answer.status, 201);
    assert.deepEqual(answer.json(), {
      id: 'ct_9',
      name: 'codex',
      createdAt: startedAt,
      token: 'rc_c_secret',
    });
  });

  it('says when the name is taken', async () => {
    const answer = await create({ name: 'taken' });
    assert.equal(answer.status, 409);
    assert.match(answer.text, /There is a token named taken/);
  });

  it('refuses a missing name', async () => {
    const answer = await create({});
    assert.equal(answer.status, 400);
    assert.match(answer.text, /name in the body/);
  });
});
