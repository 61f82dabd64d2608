// Golden streams as data: what a client asks, what the provider sends, what the client must get, and
// what the ledger must say. See README.md beside this file.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Encoding } from '../support/mock-provider.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const defaultPaths: Readonly<Record<string, string>> = {
  openai: '/v1/chat/completions',
  anthropic: '/v1/messages',
};

/** What stands in `case.json` beside the bytes. */
export interface GoldenSettings {
  /** What the case shows, in a sentence. */
  readonly about: string;
  /** Default: the dialect's own way to generate. */
  readonly path?: string;
  /** Of the client, beside its token. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Of the provider; default 200. */
  readonly status?: number;
  readonly upstreamHeaders?: Readonly<Record<string, string>>;
  /** In which the provider sends the bytes that stand here uncompressed. */
  readonly encoding?: Encoding;
  /** The provider's connection breaks behind the bytes. */
  readonly cut?: boolean;
}

export interface GoldenCase extends Required<Omit<GoldenSettings, 'headers' | 'upstreamHeaders'>> {
  /** `<dialect>-<provider>/<case>`. */
  readonly name: string;
  readonly dialect: 'openai' | 'anthropic';
  /** The provider's type. */
  readonly provider: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly upstreamHeaders: Readonly<Record<string, string>>;
  readonly isStream: boolean;
  readonly request: Buffer;
  readonly upstream: Buffer;
  /** The recorded bytes; fails where there are none. */
  downstream(): Buffer;
  /** The recorded columns; fails where there are none. */
  ledger(): GoldenRow;
  record(downstream: Buffer, ledger: GoldenRow): void;
}

/** The columns of a ledger row that are the same in every run. */
export type GoldenRow = Readonly<Record<(typeof goldenColumns)[number], unknown>>;

export const goldenColumns = [
  'outcome',
  'status',
  'errorCode',
  'dialect',
  'endpoint',
  'requestedModel',
  'provider',
  'model',
  'routeRule',
  'attempts',
  'isStream',
  'isMetered',
  'cacheOutcome',
  'inputTokens',
  'cacheReadTokens',
  'cacheWrite5mTokens',
  'cacheWrite1hTokens',
  'outputTokens',
  'reasoningTokens',
  'isUsageEstimated',
  'costNanoUsd',
  'inputCostNanoUsd',
  'cacheReadCostNanoUsd',
  'cacheWriteCostNanoUsd',
  'outputCostNanoUsd',
  'toolsCostNanoUsd',
  'savedByPromptCacheNanoUsd',
] as const;

export function goldenCases(): readonly GoldenCase[] {
  return subfolders(folder).flatMap((group) =>
    subfolders(join(folder, group)).map((name) => readCase(group, name)),
  );
}

function subfolders(path: string): string[] {
  const entries = readdirSync(path, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name).toSorted();
}

function readCase(group: string, name: string): GoldenCase {
  const path = join(folder, group, name);
  const [, dialect, provider] = /^(openai|anthropic)-(.+)$/.exec(group) ?? [];
  if (dialect !== 'openai' && dialect !== 'anthropic') throw new Error(`no dialect in ${group}`);
  const settings = JSON.parse(readFileSync(join(path, 'case.json'), 'utf8')) as GoldenSettings;
  const isStream = existsSync(join(path, 'upstream.sse'));
  const extension = isStream ? 'sse' : 'json';
  const files = {
    downstream: join(path, `downstream.${extension}`),
    ledger: join(path, 'ledger.json'),
  };
  return {
    path: defaultPaths[dialect] ?? '',
    headers: {},
    status: 200,
    upstreamHeaders: {},
    encoding: 'identity',
    cut: false,
    ...settings,
    name: `${group}/${name}`,
    dialect,
    provider: provider ?? '',
    isStream,
    request: readFileSync(join(path, 'request.json')),
    upstream: readFileSync(join(path, `upstream.${extension}`)),
    downstream: () => readFileSync(recorded(files.downstream)),
    ledger: () => JSON.parse(readFileSync(recorded(files.ledger), 'utf8')) as GoldenRow,
    record(downstream, ledger) {
      writeFileSync(files.downstream, downstream);
      writeFileSync(files.ledger, `${JSON.stringify(ledger, null, 2)}\n`);
    },
  };
}

function recorded(file: string): string {
  if (existsSync(file)) return file;
  throw new Error(`${basename(file)} is missing: run UPDATE_GOLDEN=1 npm test -- golden and read it`);
}
