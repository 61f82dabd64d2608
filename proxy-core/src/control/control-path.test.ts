import assert from 'node:assert/strict';
import { isControlPath } from './control-path.ts';

describe('isControlPath', () => {
  for (const path of [
    '/health',
    '/metrics',
    '/openapi.json',
    '/documentation',
    '/ui',
    '/ui/',
    '/ui/main.js',
    '/v1/ui/sessions',
    '/v1/cache/stats',
    '/v1/analytics/usage',
    '/v1/config',
    '/v1/config/explain',
    '/v1/tokens/codex',
    '/v1/budgets',
    '/v1/batch/b1',
    '/admin/users',
    '/dashboard/stats',
  ]) {
    it(`claims ${path}`, () => assert.equal(isControlPath(path), true));
  }

  for (const path of [
    '/',
    '/healthy',
    '/v1/chat/completions',
    '/v1/messages',
    '/v1/models',
    '/v1/batches',
    '/v1/uiuc/chat/completions',
    '/w/health/v1/messages',
    '/api/tags',
  ]) {
    it(`leaves ${path} to the models`, () => assert.equal(isControlPath(path), false));
  }
});
