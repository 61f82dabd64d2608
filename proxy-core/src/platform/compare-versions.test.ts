import assert from 'node:assert/strict';
import { compareVersions } from './compare-versions.ts';

describe('compareVersions', () => {
  it('orders as semantic versioning does', () => {
    const ordered = [
      'unknown',
      '0.1.0-alpha',
      '0.1.0-alpha.1',
      '0.1.0-alpha.beta',
      '0.1.0-beta.2',
      '0.1.0-beta.11',
      '0.1.0',
      '0.2.0',
      '0.10.0',
      '1.0.0-rc.1',
      '1.0.0',
    ];
    for (const [index, version] of ordered.entries()) {
      for (const [other, otherVersion] of ordered.entries()) {
        const sign = Math.sign(compareVersions(version, otherVersion));
        assert.equal(sign, Math.sign(index - other), `${version} and ${otherVersion}`);
      }
    }
  });

  it('leaves out build names and a leading v', () => {
    assert.equal(compareVersions('v1.2.3+build.7', '1.2.3'), 0);
  });
});
