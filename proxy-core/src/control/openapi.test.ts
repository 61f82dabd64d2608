import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { startControlPlane } from './testing/start-control-plane.ts';

const reference = new URL('../../../docs/reference/openapi.json', import.meta.url);

interface Description {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

async function describeCore(): Promise<{ text: string; description: Description }> {
  const plane = await startControlPlane();
  const answer = await plane.ask('/openapi.json');
  await plane.close();
  assert.equal(answer.status, 200);
  const description = answer.json() as Description;
  return { text: `${JSON.stringify(description, null, 2)}\n`, description };
}

describe('GET /openapi.json', () => {
  it('describes every endpoint in OpenAPI 3.1', async () => {
    const { description } = await describeCore();
    assert.equal(description.openapi, '3.1.0');
    const operations = Object.entries(description.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    assert.deepEqual(operations.toSorted(), [
      'DELETE /v1/tokens/{name}',
      'GET /health',
      'GET /metrics',
      'GET /openapi.json',
      'GET /v1/analytics/requests',
      'GET /v1/analytics/usage',
      'GET /v1/cache/stats',
      'GET /v1/config',
      'GET /v1/config/explain',
      'GET /v1/tokens',
      'POST /v1/cache/clear',
      'POST /v1/tokens',
      'POST /v1/ui/sessions',
      'POST /v1/ui/tickets',
      'PUT /v1/config',
    ]);
  });

  it('is the same as docs/reference/openapi.json', async () => {
    const { text } = await describeCore();
    const written = await readFile(reference, 'utf8').catch(() => '');
    assert.ok(text === written, 'stale: run npm run generate');
  });

  it('needs the token', async () => {
    const plane = await startControlPlane();
    const answer = await plane.ask('/openapi.json', { token: null });
    await plane.close();
    assert.equal(answer.status, 401);
  });
});
