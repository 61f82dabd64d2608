import assert from 'node:assert/strict';
import type { Question } from './ask-core.ts';
import { CoreFailure } from './core-failure.ts';
import { createSession } from './session.ts';

/** A browser tab and a core, both in memory. */
function aTab(parts: { ticket?: string; kept?: string; answers: (string | CoreFailure)[] }) {
  let kept = parts.kept ?? null;
  const asked: Question[] = [];
  const session = createSession(
    {
      takeTicket: () => parts.ticket ?? null,
      session: {
        read: () => kept,
        keep: (token) => {
          kept = token;
        },
        forget: () => {
          kept = null;
        },
      },
    },
    async (question) => {
      asked.push(question);
      const answer = parts.answers.shift();
      if (typeof answer === 'string') return { token: answer, expiresAt: 0 };
      throw answer ?? new Error('asked too often');
    },
  );
  return { session, asked, kept: () => kept };
}

const refused = (): CoreFailure => new CoreFailure('session-ended', 'used before');
const unreachable = (): CoreFailure => new CoreFailure('unreachable', 'nobody');

describe('the session of the page', () => {
  it('is got for the ticket once and kept', async () => {
    const tab = aTab({ ticket: 't1', answers: ['s1'] });
    assert.equal(await tab.session.token(), 's1');
    assert.equal(await tab.session.token(), 's1');
    assert.deepEqual(tab.asked, [
      { method: 'POST', path: '/v1/ui/sessions', body: { ticket: 't1' } },
    ]);
    assert.equal(tab.kept(), 's1');
  });

  it('survives a reload', async () => {
    const tab = aTab({ kept: 's0', answers: [] });
    assert.equal(await tab.session.token(), 's0');
  });

  it('is missing without a ticket', async () => {
    const tab = aTab({ answers: [] });
    await assert.rejects(tab.session.token(), { kind: 'no-ticket' });
  });

  it('is refused for a ticket that is no longer good', async () => {
    const tab = aTab({ ticket: 't1', answers: [refused()] });
    await assert.rejects(tab.session.token(), { kind: 'ticket-refused' });
    await assert.rejects(tab.session.token(), { kind: 'no-ticket' });
  });

  it('stays the old one where a second ticket is refused', async () => {
    const tab = aTab({ ticket: 't1', kept: 's0', answers: [refused()] });
    assert.equal(await tab.session.token(), 's0');
  });

  it('is tried for again with the same ticket after nobody answered', async () => {
    const tab = aTab({ ticket: 't1', answers: [unreachable(), 's1'] });
    await assert.rejects(tab.session.token(), { kind: 'unreachable' });
    assert.equal(await tab.session.token(), 's1');
  });

  it('can be forgotten', async () => {
    const tab = aTab({ kept: 's0', answers: [] });
    tab.session.forget();
    await assert.rejects(tab.session.token(), { kind: 'no-ticket' });
  });
});
