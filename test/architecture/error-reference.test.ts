import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { errorReference } from '../../proxy-core/src/contract/error-reference.ts';

describe('the page of error codes', () => {
  it('says what the catalogue says', async () => {
    const page = new URL('../../docs/reference/errors.md', import.meta.url);
    const written = await readFile(page, 'utf8');
    assert.equal(written, errorReference(), 'stale: run npm run generate');
  });
});
