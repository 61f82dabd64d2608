import assert from 'node:assert/strict';
import type { CoreState } from '../core-host/core-state.ts';
import { attached, leading } from '../status-bar/testing/usage.ts';
import { announcementOf } from './announcement.ts';

describe('an announcement', () => {
  const starting: CoreState = { kind: 'starting' };
  const failed: CoreState = { kind: 'failed', reason: 'Port 7352 is taken.' };
  const hung: CoreState = { kind: 'hung', leader: null, reason: 'End process 7.' };

  it('is made of what needs the user, once', () => {
    assert.equal(
      announcementOf(starting, failed, 'problems')?.text,
      'The proxy cannot start. Port 7352 is taken.',
    );
    assert.equal(announcementOf(failed, { ...failed, reason: 'x' }, 'problems'), null);
    assert.equal(announcementOf(attached, hung, 'problems')?.severity, 'warning');
  });

  it('is made of a change of the leader where the user wants to hear of it', () => {
    assert.match(announcementOf(attached, leading, 'all')?.text ?? '', /in this window now/);
    assert.match(announcementOf(leading, attached, 'all')?.text ?? '', /in Cursor now/);
    assert.equal(announcementOf(attached, leading, 'problems'), null);
  });

  it('is not made of an ordinary start', () => {
    assert.equal(announcementOf(starting, leading, 'all'), null);
    assert.equal(announcementOf(leading, starting, 'all'), null);
  });

  it('is not made where the user wants none', () => {
    assert.equal(announcementOf(starting, failed, 'off'), null);
  });
});
