import assert from 'node:assert/strict';
import { describeIssue } from './settings-error.ts';
import { issuesOf } from './testing/layer-text.ts';

// What is written, and what the user is told.
const cases: Readonly<Record<string, readonly [yaml: string, ...messages: string[]]>> = {
  'an unknown name': [
    'server:\n  prot: 1\n',
    '2:3: server.prot is not a setting; did you mean server.port?',
  ],
  'a known name in the wrong place': [
    'port: 1',
    '1:1: port is not a setting; did you mean server.port?',
  ],
  'an unknown section': [
    'log: {level: info}\nqueue: {}',
    '2:1: queue is not a setting; known here: server, upstream, providers, cache, metering, ledger, log, budgets, prices.',
  ],
  'text for a number': ['server: {port: "80"}', '1:16: server.port must be a number, not text.'],
  'a fraction for a whole number': [
    'server: {port: 1.5}',
    '1:16: server.port must be a whole number, not a fraction.',
  ],
  'a number out of bounds': ['server: {port: 65536}', '1:16: server.port must be at most 65535.'],
  'an endless number': [
    'log: {maxFileMb: .inf}',
    '1:18: log.maxFileMb must be a number, not an endless number.',
  ],
  'another word': ['cache:\n  mode: some', '2:9: cache.mode must be one of: deterministic, all.'],
  'a list for a section': [
    'cache: []',
    '1:8: cache must be a section with settings of its own, not a list.',
  ],
  'a section for a value': [
    'log: {level: {a: 1}}',
    '1:14: log.level must be one of: trace, debug, info, warn, error.',
  ],
  'another retention': [
    'ledger: {retentionDays: never}',
    '1:25: ledger.retentionDays must be a whole number of days from 1, or `forever`.',
  ],
  'several mistakes, in the order of the file': [
    'cache: {mode: x}\nserver: {prot: 1, port: x}',
    '1:15: cache.mode must be one of: deterministic, all.',
    '2:10: server.prot is not a setting; did you mean server.port?',
    '2:25: server.port must be a number, not text.',
  ],
  'a reserved provider id': [
    'providers:\n  cache: {type: openai}',
    '2:3: providers.cache is no provider id, because a path of the API has that name; choose another one.',
  ],
  'a provider id in capitals': [
    'providers: {Lab: {type: openai}}',
    '1:13: providers.Lab is no provider id: use lower-case letters, digits, ".", "_" and "-", beginning with a letter or digit.',
  ],
  'a provider without a type': [
    'providers:\n  lab: {baseUrl: http://h}',
    '2:3: providers.lab.type is missing, since the id tells nothing; one of: openai, anthropic, openai-compatible, demo.',
  ],
  'a compatible provider without an address': [
    'providers: {lab: {type: openai-compatible}}',
    '1:13: providers.lab.baseUrl is missing; a provider of type openai-compatible has no default address.',
  ],
  'an address that is none': [
    'providers: {openai: {baseUrl: api}}',
    '1:31: providers.openai.baseUrl must be a URL, such as https://api.example.com/v1.',
  ],
  'an address of another scheme': [
    'providers: {openai: {baseUrl: "file:///etc"}}',
    '1:31: providers.openai.baseUrl must begin with http:// or https://.',
  ],
  'an address with credentials': [
    'providers: {openai: {baseUrl: "https://u:p@h"}}',
    '1:31: providers.openai.baseUrl must not hold credentials; name the key’s variable in `apiKey: {env: …}`.',
  ],
  'an address with a query': [
    'providers: {openai: {baseUrl: "https://h?a=b"}}',
    '1:31: providers.openai.baseUrl must have neither a query nor a fragment.',
  ],
  'a limit over another one': [
    'server: {bodyLimitMb: 512}',
    '1:23: server.bodyLimitMb must not exceed server.maxInFlightMb, or such a body could never be taken.',
  ],
  'a budget without a limit': ['budgets:\n  - period: day', '2:5: budgets[0].limitUsd is missing.'],
  'a budget of nothing': [
    'budgets: [{period: day, limitUsd: 0}]',
    '1:35: budgets[0].limitUsd must be more than 0.',
  ],
  'a budget for what there is not': [
    'budgets: [{period: day, limitUsd: 1, scope: office}]',
    '1:45: budgets[0].scope must be `global` or a kind and a name, such as `provider:openai` or `workspace:shop`.',
  ],
  'a price without its provider': [
    'prices: {overrides: {gpt: {inputUsdPerMtok: 1, outputUsdPerMtok: 1}}}',
    '1:22: prices.overrides.gpt must be written as provider/model.',
  ],
  'a host with a scheme': [
    'server: {allowedHosts: ["http://x"]}',
    '1:25: server.allowedHosts[0] must be a host name without a scheme or a path.',
  ],
  'a name that JavaScript has a use for': [
    'log: {__proto__: 1}',
    '1:7: log.__proto__ is not a setting; known here: level, maxFileMb, maxFiles.',
  ],
};

describe('validateTree', () => {
  for (const [name, [yaml, ...messages]] of Object.entries(cases)) {
    it(`refuses ${name}`, () => {
      const expected = messages.map((message) => `/home/user/config.yaml:${message}`);
      assert.deepEqual(issuesOf({ yaml }).map(describeIssue), expected);
    });
  }

  it('tells of a mistake in the file although another layer hides it', () => {
    const [issue] = issuesOf({
      yaml: 'server: {port: x}',
      environment: { RELAYCORE_SERVER__PORT: '1' },
    });
    assert.deepEqual([issue?.path, issue?.line, issue?.column], ['server.port', 1, 16]);
  });

  it('names the variable, the command line or the change that brings a mistake', () => {
    const sourceOf = (texts: Parameters<typeof issuesOf>[0]): unknown => {
      const issues = issuesOf(texts);
      assert.equal(issues.length, 1);
      return [issues[0]?.source, issues[0]?.line, issues[0]?.message];
    };
    const message = 'server.port must be at most 65535.';
    assert.deepEqual(sourceOf({ environment: { RELAYCORE_SERVER__PORT: '70000' } }), [
      'RELAYCORE_SERVER__PORT',
      null,
      message,
    ]);
    assert.deepEqual(sourceOf({ commandLine: { server: { port: 70_000 } } }), [
      'command line',
      null,
      message,
    ]);
    assert.deepEqual(sourceOf({ runtime: { server: { port: 70_000 } } }), [
      'runtime change',
      null,
      message,
    ]);
  });

  it('never repeats a key that stands where it should not', () => {
    const key = 'sk-ant-api03-abcdefghijklmnopqrstuvwxyz';
    for (const yaml of [
      `providers: {openai: {apiKey: ${key}}}`,
      `providers: {openai: {apiKey: {env: ${key}}}}`,
      'providers: {openai: {apiKey: {env: AIzaSyAabcdefghijklmnopqrstuvwxyz0123}}}',
      'providers: {openai: {apiKey: {env: 0123456789abcdef0123456789abcdef}}}',
      'providers: {openai: {apiKey: {env: abcdefabcdefabcdefabcdefabcdef01}}}',
      `providers: {openai: {baseUrl: "https://${key}@api.openai.com"}}`,
      `${key}: 1`,
      `cache: {mode: ${key}}`,
      `providers: {openai: {apiKey: {env: [${key}]}}}`,
    ]) {
      const text = issuesOf({ yaml }).map(describeIssue).join('\n');
      assert.notEqual(text, '', yaml);
      assert.equal(/abcdefgh|abcdefab|01234567/.test(text), false, text);
    }
  });

  it('says what to write instead of a key', () => {
    const [issue] = issuesOf({ yaml: 'providers: {openai: {apiKey: sk-x}}' });
    assert.equal(
      issue?.message,
      'providers.openai.apiKey must name an environment variable, such as `apiKey: {env: OPENAI_API_KEY}`; keys never stand in the configuration.',
    );
  });
});
