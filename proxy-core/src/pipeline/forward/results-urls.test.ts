import assert from 'node:assert/strict';
import { aReceived, aRoute } from '../testing/builders.ts';
import { resultsUrlsFor } from './results-urls.ts';

describe('where the results of a batch lie', () => {
  const [candidate] = aRoute().candidates;
  const path = '/v1/messages/batches/msgbatch_1';
  const result = (base: string): Buffer => Buffer.from(`{"results_url": "${base}${path}/results"}`);

  function through(chunks: readonly Buffer[], headers: Record<string, string>): Buffer {
    const received = aReceived({ canonicalPath: path, headers, workspace: 'a b' });
    const urls = resultsUrlsFor(received, candidate);
    assert.ok(urls !== null);
    return Buffer.concat([...chunks.flatMap((chunk) => urls.push(chunk)), ...urls.end()]);
  }

  it('is told by the address that the client knows, whatever it calls it and however it comes', () => {
    for (const host of ['127.0.0.1:7352', "$&$'$1"]) {
      const bytes = result('https://api.anthropic.com');
      const chunks = [...bytes].map((byte) => Buffer.of(byte));
      assert.equal(
        through(chunks, { host }).toString(),
        result(`http://${host}/w/a%20b`).toString(),
      );
    }
  });

  it('stays as it is in a list too long to be held', () => {
    const long = [result('https://x'), Buffer.alloc(8 * 1024 * 1024, 'ä')];
    assert.ok(through(long, { host: 'x' }).equals(Buffer.concat(long)));
  });

  it('stays where the client’s own credential opens it, and on other paths', () => {
    const own = { ...candidate, credential: 'client' } as const;
    assert.equal(resultsUrlsFor(aReceived({ canonicalPath: path }), own), null);
    for (const other of ['/v1/messages', '/v1/messages/batchesX', `${path}/results?after=1`]) {
      assert.equal(resultsUrlsFor(aReceived({ canonicalPath: other }), candidate), null);
    }
  });
});
