import assert from 'node:assert/strict';
import { doctorReport, type DoctorReportInput } from './doctor-report.ts';

describe('the doctor report', () => {
  const report = (input: Partial<DoctorReportInput> = {}): string =>
    doctorReport({
      state: { kind: 'leading', url: 'http://127.0.0.1:7352' },
      findings: [],
      failure: null,
      madeAt: '12/31/2026, 6:04:01 PM',
      environment: [['RelayCore', '1.0.0']],
      ...input,
    });

  it('begins with what needs the user and says what to do', () => {
    const text = report({
      findings: [
        { id: 'port', severity: 'ok', title: 'The port is open.', remedy: null },
        { id: 'key', severity: 'error', title: 'openai has no key.', remedy: 'Add one.' },
      ],
    });
    assert.ok(text.indexOf('## Needs you') < text.indexOf('## In order'));
    assert.match(text, /- ✖ openai has no key\. {2}\n {2}\*\*Add one\.\*\*/);
    assert.match(text, /- ✔ The port is open\.\n/);
    assert.doesNotMatch(text, /Could be better/);
  });

  it('says what the window knows where the core cannot be asked', () => {
    const text = report({
      state: { kind: 'failed', reason: 'Port 7352 is taken.' },
      findings: null,
      failure: 'No connection.',
    });
    assert.match(text, /The proxy cannot start\. Port 7352 is taken\./);
    assert.match(text, /could not be asked.* No connection\./);
  });

  it('says why once', () => {
    const failure = 'Port 7352 is taken.';
    const text = report({ failure, findings: null, state: { kind: 'failed', reason: failure } });
    assert.equal(text.split(failure).length, 2);
  });

  it('says when it was made', () => {
    assert.match(report(), /Made at 12\/31\/2026, 6:04:01 PM\./);
  });

  it('names the versions', () => {
    assert.match(report(), /## This installation\n\n- RelayCore: `1\.0\.0`/);
  });
});
