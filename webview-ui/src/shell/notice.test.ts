import assert from 'node:assert/strict';
import { browserRemedies } from '../host/browser.ts';
import { noticeOf, type NoticeContext } from './notice.ts';

const context: NoticeContext = {
  remedies: browserRemedies,
  formatTime: (epochMs) => `T${epochMs}`,
};

describe('the notice of the page', () => {
  it('is none while all is well', () => {
    assert.equal(noticeOf({ kind: 'loading' }, context), null);
    assert.equal(noticeOf({ kind: 'live', updatedAt: 1 }, context), null);
  });

  it('says from when the data is that a lost core leaves', () => {
    const notice = noticeOf(
      { kind: 'disconnected', message: 'Nobody answers.', updatedAt: 5 },
      context,
    );
    assert.match(notice?.text ?? '', /^Nobody answers\. .* from T5\./);
    assert.equal(notice?.keepsPanel, true);
    assert.equal(notice?.canRetry, true);
  });

  it('shows no numbers where there never were any', () => {
    const notice = noticeOf({ kind: 'failing', message: 'Full.', updatedAt: null }, context);
    assert.equal(notice?.keepsPanel, false);
    assert.match(notice?.text ?? '', /^Full\. /);
  });

  it('names the command for a ticket in every locked state', () => {
    const notices = (['no-ticket', 'ticket-refused', 'session-ended'] as const).map((reason) =>
      noticeOf({ kind: 'locked', reason }, context),
    );
    assert.equal(new Set(notices.map((notice) => notice?.title)).size, 3);
    for (const notice of notices) {
      assert.equal(notice?.remedies[0], browserRemedies.openPage);
      assert.equal(notice?.keepsPanel, false);
    }
  });
});
