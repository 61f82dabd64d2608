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
  /** The row of that request as soon as it has ended; rejects after 5 s. */
  rowOf(requestId: string | null | undefined): Promise<RequestRecord>;
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
      rowOf: (requestId) => endedRow(core, requestId),
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

async function endedRow(
  core: RunningCore,
  requestId: string | null | undefined,
): Promise<RequestRecord> {
  assert.ok(requestId, 'the answer has no x-relaycore-request-id');
  const deadline = Date.now() + 5_000;
  for (;;) {
    const rows = await rowsOf(core);
    const row = rows.find((candidate) => candidate.requestId === requestId);
    if (row !== undefined && row.outcome !== 'open') return row;
    if (Date.now() > deadline) throw new Error(`request ${requestId} has no ended row`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
