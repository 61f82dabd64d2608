import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { RelayError } from '../../domain/relay-error.ts';
import { aReceived } from '../testing/builders.ts';
import { createAuthenticate } from './authenticate.ts';

const authenticate = createAuthenticate({
  identityKey: createSecretKey(Buffer.alloc(32, 1)),
  tokens: {
    verify: (token) => (token === 'rc_c_good' ? { id: 'ct_1', name: 'cline' } : null),
  },
});

function callerOf(headers: Record<string, string>, canonicalPath = '/v1/messages'): unknown {
  const rawHeaders = Object.entries(headers).flat();
  return authenticate(aReceived({ headers, rawHeaders, canonicalPath }));
}

const client = { kind: 'client-token', identity: 'ct_1', tokenId: 'ct_1', tokenName: 'cline' };

function isRefused(headers: Record<string, string>): void {
  assert.throws(
    () => callerOf(headers),
    (error) => error instanceof RelayError && error.code === 'unauthenticated',
  );
}

describe('authentication', () => {
  it('takes a client token wherever a provider key would stand', () => {
    assert.deepEqual(callerOf({ authorization: 'Bearer rc_c_good' }), client);
    assert.deepEqual(callerOf({ authorization: 'bearer  rc_c_good ' }), client);
    assert.deepEqual(callerOf({ 'x-api-key': 'rc_c_good' }), client);
    assert.deepEqual(callerOf({ 'x-goog-api-key': 'rc_c_good' }), client);
    assert.deepEqual(callerOf({}, '/v1/x?key=rc_c_good'), client);
  });

  it('refuses whatever begins like a RelayCore token and is none, beside a real key too', () => {
    isRefused({ authorization: 'Bearer rc_c_bad' });
    isRefused({ authorization: 'Bearer rc_control' });
    isRefused({ 'x-api-key': 'sk-ant-real', authorization: 'Bearer rc_c_revoked' });
  });

  it('finds its token in every place that would be forwarded', () => {
    isRefused({ 'x-api-key': 'sk-foreign, rc_c_bad' });
    isRefused({ 'x-api-key': 'sk-foreign', authorization: 'rc_c_bad' });
    isRefused({ 'x-api-key': 'sk-foreign', cookie: 'a=rc_c_bad' });
    isRefused({ 'x-api-key': 'sk-foreign', 'proxy-authorization': 'Bearer rc_c_bad' });
    assert.deepEqual(callerOf({}, '/v1/x?k%65y=rc_c_good&xkey=1'), client);
    assert.deepEqual(callerOf({}, '/v1/x?key=sk&key=rc_c_good'), client);
  });

  it('refuses a credential header that is sent twice', () => {
    const rawHeaders = ['Authorization', 'Bearer sk-1', 'authorization', 'Bearer sk-2'];
    assert.throws(
      () => authenticate(aReceived({ rawHeaders })),
      (error) => error instanceof RelayError && error.code === 'bad_request',
    );
  });

  it('refuses a request without any credential', () => isRefused({}));

  it('passes a provider credential through under a keyed identity', () => {
    const one = callerOf({ 'x-api-key': 'sk-ant-1' });
    const other = callerOf({ 'x-api-key': 'sk-ant-2' });
    assert.notDeepEqual(one, other);
    assert.deepEqual(one, callerOf({ 'x-api-key': 'sk-ant-1' }));
    const sameKeyOtherBearer = callerOf({ 'x-api-key': 'sk-ant-1', authorization: 'Bearer sk-2' });
    assert.notDeepEqual(one, sameKeyOtherBearer);
    assert.ok(!JSON.stringify(one).includes('sk-ant'));
  });

  it('knows a pass-through client by its companion token, which must be valid', () => {
    const companion = { authorization: 'Bearer sk-1', 'x-relaycore-token': 'rc_c_good' };
    assert.equal((callerOf(companion) as { tokenId: string }).tokenId, 'ct_1');
    isRefused({ ...companion, 'x-relaycore-token': 'rc_c_bad' });
  });
});
