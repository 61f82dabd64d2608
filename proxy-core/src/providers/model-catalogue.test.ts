import assert from 'node:assert/strict';
import { headerValue } from '../domain/headers.ts';
import type { Provider } from '../domain/provider.ts';
import type { Transport, UpstreamRequest } from '../domain/upstream.ts';
import { createModelCatalogue } from './model-catalogue.ts';
import { createModelLists } from './model-lists.ts';
import { createAnswerProbe, type AnswerProbe } from './testing/answer-probe.ts';
import { createManualClock, type ManualClock } from './testing/manual-clock.ts';

/** An answer's JSON, of which a test knows the shape. */
type Json = ReturnType<typeof JSON.parse>;

interface FakeUpstream extends Transport {
  readonly requests: readonly UpstreamRequest[];
}

/** Answers each request with what `answer` gives for it; null: never. */
function upstream(
  answer: (request: UpstreamRequest, index: number) => unknown,
  status = 200,
): FakeUpstream {
  const requests: UpstreamRequest[] = [];
  return {
    requests,
    dispatch(request, handler) {
      requests.push(request);
      const body = answer(request, requests.length - 1);
      let isOver = false;
      queueMicrotask(() => {
        if (body === null || isOver) return;
        isOver = true;
        handler.onHead(status, []);
        handler.onChunk(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
        handler.onEnd();
      });
      return {
        wasSent: true,
        pause() {},
        resume() {},
        abort() {
          if (isOver) return;
          isOver = true;
          handler.onError(new Error('aborted'));
        },
      };
    },
    close: () => Promise.resolve(),
  };
}

function aProvider(id: string, transport: Transport, changes: Partial<Provider> = {}): Provider {
  return {
    id,
    type: 'openai',
    dialects: ['openai'],
    needsCredential: true,
    priceProviderId: null,
    isFree: false,
    models: [],
    transport,
    pathFor: (path) => `/base${path}`,
    host: id,
    credentialHeaders: () => ['authorization', `Bearer ${id}-key`],
    hasStoredCredential: true,
    ...changes,
  };
}

interface Warning {
  readonly provider: string;
  readonly error: Error;
}

class Bench {
  readonly clock: ManualClock = createManualClock();
  readonly warnings: Warning[] = [];
  readonly #catalogue: Provider;

  constructor(...providers: Provider[]) {
    const log = { warn: (fields: object): void => void this.warnings.push(fields as Warning) };
    this.#catalogue = createModelCatalogue(createModelLists({ clock: this.clock, log, providers }));
  }

  ask(path = '/v1/models', headers: readonly string[] = []): AnswerProbe {
    const probe = createAnswerProbe();
    this.#catalogue.transport.dispatch({ method: 'GET', path, headers, body: null }, probe);
    return probe;
  }

  async json(path?: string, headers?: readonly string[]) {
    const probe = this.ask(path, headers);
    await probe.done;
    return { status: probe.status, body: JSON.parse(probe.text) as Record<string, Json> };
  }
}

function ids(body: Record<string, Json>): string[] {
  return body['data'].map((entry: { id: string }) => entry.id);
}

const version = ['anthropic-version', '2023-06-01'];
const model = (id: string): object => ({ id, object: 'model', created: 7, owned_by: 'them' });
const listOf = (...names: string[]): object => ({ object: 'list', data: names.map(model) });

describe('the list of models', () => {
  it('joins what the providers list, each asked with its own key and path', async () => {
    const one = upstream(() => listOf('a', 'b'));
    const two = upstream(() => listOf('b', 'c'));
    const bench = new Bench(aProvider('one', one), aProvider('two', two));
    const { body } = await bench.json();
    assert.deepEqual(ids(body), ['a', 'b', 'c']);
    assert.equal(body['object'], 'list');
    assert.equal(one.requests[0]?.path, '/base/v1/models');
    assert.equal(headerValue(two.requests[0]?.headers ?? [], 'authorization'), 'Bearer two-key');
  });

  it('keeps the entries as the provider wrote them', async () => {
    const entry = {
      id: 'a',
      object: 'model',
      created: 1,
      context_length: 9,
      pricing: { prompt: '1' },
    };
    const bench = new Bench(
      aProvider(
        'one',
        upstream(() => ({ data: [entry] })),
      ),
    );
    assert.deepEqual((await bench.json()).body['data'], [entry]);
  });

  it('has declared models without asking, and none of a provider without its key', async () => {
    const never = upstream(() => assert.fail('asked'));
    const declared = aProvider('lab', never, { models: ['mine'], needsCredential: false });
    const keyless = aProvider('openai', never, { hasStoredCredential: false });
    const bench = new Bench(declared, keyless);
    const { body } = await bench.json();
    assert.deepEqual(body['data'], [{ id: 'mine', object: 'model', created: 0, owned_by: 'lab' }]);
  });

  it('is in Anthropic’s shape, with its models, where the client speaks Anthropic', async () => {
    const openai = upstream(() => assert.fail('asked'));
    const claude = upstream(() => ({ data: [{ type: 'model', id: 'claude-x' }], has_more: false }));
    const demo = aProvider(
      'demo',
      upstream(() => assert.fail('asked')),
      {
        dialects: ['openai', 'anthropic'],
        models: ['demo'],
      },
    );
    const anthropic = aProvider('anthropic', claude, { dialects: ['anthropic'] });
    const bench = new Bench(aProvider('openai', openai), anthropic, demo);
    const { body } = await bench.json('/v1/models?limit=1000', version);
    assert.deepEqual(ids(body), ['claude-x', 'demo']);
    assert.equal(body['has_more'], false);
    assert.equal(body['first_id'], 'claude-x');
    assert.equal(body['last_id'], 'demo');
    assert.equal(headerValue(claude.requests[0]?.headers ?? [], 'anthropic-version'), '2023-06-01');
  });

  it('follows the pages of Anthropic’s list', async () => {
    const pages = [
      { data: [{ id: 'm1' }, { id: 'm2' }], has_more: true, last_id: 'm2' },
      { data: [{ id: 'm3' }], has_more: false, last_id: 'm3' },
    ];
    const paged = upstream((_, index) => pages[index]);
    const bench = new Bench(aProvider('anthropic', paged, { dialects: ['anthropic'] }));
    assert.deepEqual(ids((await bench.json('/v1/models', version)).body), ['m1', 'm2', 'm3']);
    assert.equal(paged.requests[1]?.path, '/base/v1/models?limit=1000&after_id=m2');
  });

  it('has pages of its own where they are asked for', async () => {
    const names = ['m1', 'm2', 'm3', 'm4'];
    const models = { dialects: ['anthropic'], models: names } as const;
    const bench = new Bench(
      aProvider(
        'x',
        upstream(() => null),
        models,
      ),
    );
    const page = async (query: string): Promise<[string[], boolean]> => {
      const { body } = await bench.json(`/v1/models?${query}`, version);
      return [ids(body), body['has_more']];
    };
    assert.deepEqual(await page('limit=2'), [['m1', 'm2'], true]);
    assert.deepEqual(await page('limit=2&after_id=m2'), [['m3', 'm4'], false]);
    assert.deepEqual(await page('limit=2&before_id=m4'), [['m2', 'm3'], true]);
    assert.deepEqual(await page('limit=0'), [names, false]);
  });

  it('names one model, or says in the dialect’s shape that there is none', async () => {
    const bench = new Bench(
      aProvider(
        'one',
        upstream(() => listOf('meta/llama')),
      ),
    );
    assert.equal((await bench.json('/v1/models/meta%2Fllama')).body['id'], 'meta/llama');
    const missing = await bench.json('/v1/models/nope');
    assert.equal(missing.status, 404);
    assert.equal(missing.body['error'].code, 'model_not_found');
    const anthropic = await bench.json('/v1/models/nope', version);
    assert.equal(anthropic.body['error'].type, 'not_found_error');
  });

  it('leaves out a provider that fails, and says so in the log', async () => {
    const bench = new Bench(
      aProvider(
        'refuses',
        upstream(() => ({ error: 'no' }), 401),
      ),
      aProvider(
        'html',
        upstream(() => '<html>'),
      ),
      aProvider(
        'good',
        upstream(() => listOf('a')),
      ),
    );
    assert.deepEqual(ids((await bench.json()).body), ['a']);
    assert.deepEqual(bench.warnings.map(({ provider }) => provider).toSorted(), [
      'html',
      'refuses',
    ]);
  });

  it('waits two seconds for a provider at most, and leaves no timer behind', async () => {
    const bench = new Bench(
      aProvider(
        'stalls',
        upstream(() => null),
      ),
      aProvider(
        'good',
        upstream(() => listOf('a')),
      ),
    );
    const probe = bench.ask();
    await new Promise((resolve) => void setImmediate(resolve));
    assert.equal(probe.end, 'open');
    bench.clock.advance(2000);
    await probe.done;
    assert.deepEqual(ids(JSON.parse(probe.text) as Record<string, Json>), ['a']);
    assert.equal(bench.clock.timers, 0);
  });

  it('is kept for a minute, a failure for less', async () => {
    const good = upstream(() => listOf('a'));
    const bad = upstream(() => listOf(), 500);
    const bench = new Bench(aProvider('good', good), aProvider('bad', bad));
    await Promise.all([bench.json(), bench.json()]);
    bench.clock.advance(9_000);
    await bench.json();
    assert.deepEqual([good.requests.length, bad.requests.length], [1, 1]);
    bench.clock.advance(2_000);
    await bench.json();
    assert.deepEqual([good.requests.length, bad.requests.length], [1, 2]);
    bench.clock.advance(50_000);
    await bench.json();
    assert.equal(good.requests.length, 2);
  });

  it('can be cancelled', async () => {
    const bench = new Bench(
      aProvider(
        'one',
        upstream(() => listOf('a')),
      ),
    );
    const probe = createAnswerProbe();
    const log = { warn() {} };
    const providers = [
      aProvider(
        'one',
        upstream(() => listOf('a')),
      ),
    ];
    createModelCatalogue(createModelLists({ clock: bench.clock, log, providers }))
      .transport.dispatch({ method: 'GET', path: '/v1/models', headers: [], body: null }, probe)
      .abort();
    await new Promise((resolve) => void setImmediate(resolve));
    assert.deepEqual(probe.calls, ['error']);
  });
});
