import assert from 'node:assert/strict';
import { browserRemedies } from '../host/browser.ts';
import { noticeOf, type NoticeContext } from './notice.ts';

const coreUrl = 'http://127.0.0.1:7352';
const context: NoticeContext = {
  coreUrl,
  remedies: browserRemedies,
  formatTime: (epochMs) => `T${epochMs}`,
};

describe('the notice of the page', () => {
  it('is none while all is well', () => {
    assert.equal(noticeOf({ kind: 'loading' }, context), null);
    assert.equal(noticeOf({ kind: 'live', updatedAt: 1 }, context), null);
  });

  it('says from when the data is that a lost core leaves', () => {
    const notice = noticeOf({ kind: 'disconnected', message: '', updatedAt: 5 }, context);
    assert.match(notice?.text ?? '', /Nobody answers at http:\/\/127\.0\.0\.1:7352\. .* from T5\./);
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
