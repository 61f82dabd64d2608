import assert from 'node:assert/strict';
import { endpointsOf, tokenEndpointsOf } from './endpoints.ts';

const url = 'http://127.0.0.1:7352';

describe('the endpoints that are handed out', () => {
  it('end where each kind of client appends its path', () => {
    assert.deepEqual(
      endpointsOf(url).map(({ text }) => text),
      ['http://127.0.0.1:7352/v1', 'http://127.0.0.1:7352'],
    );
  });

  it('come with the token, alone and in the environment of clients', () => {
    const texts = tokenEndpointsOf(url, 'rc_c_x').map(({ text }) => text);
    assert.equal(texts[0], 'rc_c_x');
    assert.equal(texts[3], 'OPENAI_BASE_URL=http://127.0.0.1:7352/v1\nOPENAI_API_KEY=rc_c_x\n');
    assert.equal(
      texts[4],
      'ANTHROPIC_BASE_URL=http://127.0.0.1:7352\nANTHROPIC_AUTH_TOKEN=rc_c_x\n',
    );
  });
});
