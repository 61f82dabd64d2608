import assert from 'node:assert/strict';
import { nearestName } from './nearest-name.ts';

describe('nearestName', () => {
  const names = ['port', 'host', 'bodyLimitMb', 'allowedHosts', 'ttlSeconds'];

  it('finds what two slips at most would turn into the name', () => {
    assert.equal(nearestName('prot', names), 'port');
    assert.equal(nearestName('ports', names), 'port');
    assert.equal(nearestName('hsot', names), 'host');
    assert.equal(nearestName('bodylimitmb', names), 'bodyLimitMb');
    assert.equal(nearestName('allowdHost', names), 'allowedHosts');
    assert.equal(nearestName('ttlSecond', names), 'ttlSeconds');
  });

  it('finds nothing where nothing is near', () => {
    assert.equal(nearestName('queue', names), null);
    assert.equal(nearestName('po', names), null);
    assert.equal(nearestName('', names), null);
  });
});
