import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { errorCatalogue } from '../../proxy-core/src/contract/error-codes.ts';
import { renderErrorReference } from '../../scripts/error-reference.mjs';

describe('the page of error codes', () => {
  it('says what the catalogue says', async () => {
    const page = new URL('../../docs/reference/errors.md', import.meta.url);
    const written = await readFile(page, 'utf8');
    assert.equal(written, renderErrorReference(errorCatalogue), 'stale: run npm run generate');
  });
});
