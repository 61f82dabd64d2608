// What every test of a client stands on: the mock provider, a core in front of it, and a client token.
import assert from 'node:assert/strict';
import type { RequestRecord } from '../../proxy-core/src/contract/index.ts';
import type { JsonBody } from '../support/builders.ts';
import { aConfig } from '../support/core-config.ts';
import { rowsOf } from '../support/ledger.ts';
import { startMockProvider, type MockProvider } from '../support/mock-provider.ts';
import { runCore, type RunningCore } from '../support/run-core.ts';

export interface ProxiedProvider {
  readonly mock: MockProvider;
  readonly core: RunningCore;
  /** Stands where the client's API key would. */
  readonly token: string;
  /** The row of the request that was answered with these headers, as soon as it has ended. */
  rowOf(answered: { get(name: string): string | null }): Promise<RequestRecord>;
  /** The rows of these requests, in this order; rejects where they have not ended after 5 s. */
  rowsOf(requestIds: readonly string[]): Promise<readonly RequestRecord[]>;
  /** Fails where anything that the mock got looks like one of RelayCore's own tokens, then forgets it. */
  assertNoTokenLeftAndReset(): void;
  dispose(): Promise<void>;
}

export interface ProxiedProviderOptions {
  /** Providers beside `openai` and `anthropic`, which are the mock. */
  readonly providers?: (mockUrl: string) => JsonBody;
  /** Further sections of the configuration. */
  readonly config?: JsonBody;
}

export async function startProxiedProvider(
  options: ProxiedProviderOptions = {},
): Promise<ProxiedProvider> {
  const mock = await startMockProvider();
  try {
    const config = aConfig(mock.url, options.config);
    const providers = { ...(config['providers'] as JsonBody), ...options.providers?.(mock.url) };
    const core = await runCore({ config: { ...config, providers } });
    const token = await core.createClientToken();
    return {
      mock,
      core,
      token,
      rowOf: async (answered) => {
        const requestId = answered.get('x-relaycore-request-id');
        assert.ok(requestId, 'the answer has no x-relaycore-request-id');
        const [row] = await endedRows(core, [requestId]);
        return row ?? assert.fail();
      },
      rowsOf: (requestIds) => endedRows(core, requestIds),
      assertNoTokenLeftAndReset: () => {
        for (const request of mock.requests) {
          const text = `${request.path}\n${request.rawHeaders.join('\n')}\n${request.body.toString('latin1')}`;
          assert.ok(!text.includes('rc_'), `a token went upstream: ${text}`);
        }
        mock.reset();
      },
      dispose: async () => {
        await core.dispose();
        await mock.close();
      },
    };
  } catch (error) {
    await mock.close();
    throw error;
  }
}

async function endedRows(
  core: RunningCore,
  requestIds: readonly string[],
): Promise<readonly RequestRecord[]> {
  const deadline = Date.now() + 5_000;
  for (;;) {
    const rows = new Map((await rowsOf(core)).map((row) => [row.requestId, row]));
    const found = requestIds.flatMap((requestId) => rows.get(requestId) ?? []);
    const ended = found.filter(({ outcome }) => outcome !== 'open');
    if (ended.length === requestIds.length) return ended;
    if (Date.now() > deadline) {
      throw new Error(`${ended.length} of ${requestIds.length} rows have ended`);
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
