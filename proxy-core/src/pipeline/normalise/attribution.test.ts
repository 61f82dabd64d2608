import assert from 'node:assert/strict';
import { RelayError } from '../../domain/relay-error.ts';
import { aReceived, aTokenCaller } from '../testing/builders.ts';
import { attributionOf } from './attribution.ts';

function tagsOf(header: string): string | null {
  const received = aReceived({ headers: { 'x-relaycore-tag': header } });
  return attributionOf(received, aTokenCaller, null).tags;
}

describe('tags of a request', () => {
  it('are pairs joined by commas', () => {
    assert.equal(tagsOf('team=a'), 'team=a');
    assert.equal(tagsOf('team=a, job=nightly run=2'), 'team=a, job=nightly run=2');
    assert.equal(tagsOf(''), null);
  });

  for (const header of ['team', '=a', 'team=', 'team=a,', 'team=a,job', 'team= ,job=b', ' =a']) {
    it(`are refused in the form "${header}"`, () =>
      assert.throws(
        () => tagsOf(header),
        (error) =>
          error instanceof RelayError &&
          error.code === 'bad_request' &&
          error.message.includes('KEY=VALUE[,KEY=VALUE'),
      ));
  }
});
