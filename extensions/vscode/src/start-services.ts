// Puts together what features use. Nothing heavy is loaded here: the core's code comes with its start.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { workspace, type ExtensionContext, type LogOutputChannel } from 'vscode';
import { createCoreHost, type CoreHost } from './core-host/core-host.ts';
import { hostSetting } from './core-host/host-mode.ts';
import { createStartBackend } from './core-host/start-backend.ts';
import type { Services } from './feature.ts';
import { withCacheKey } from './secrets/cache-key.ts';
import { startOfferingKeys, type KeyOffers } from './secrets/offer-keys.ts';
import { createProviderKeys, type ProviderKeys } from './secrets/provider-keys.ts';

export interface RunningServices extends Services {
  close(): Promise<void>;
}

/** A window that writes its keys has written them by then. */
const keysSettleMs = 500;
const coreHostOptions = { patienceMs: 15_000, retryMs: 10_000 };

export function startServices(context: ExtensionContext, log: LogOutputChannel): RunningServices {
  const keys = createProviderKeys(context.secrets, {
    now: () => Date.now(),
    settle: () => sleep(keysSettleMs, undefined, { ref: false }),
  });
  const secrets = withCacheKey(keys, (count) => randomBytes(count));
  const core = createCoreHost(
    {
      startBackend: createStartBackend({ context, log, secrets }),
      wait: (delayMs, signal) => sleep(delayMs, undefined, { signal }).catch(() => undefined),
      onFault: (error) => log.error(error instanceof Error ? error : String(error)),
    },
    coreHostOptions,
  );
  const offers = offerKeys(core, secrets, log);
  const watcher = workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(hostSetting)) void core.restart();
  });
  return {
    context,
    core,
    keys,
    offers,
    log,
    async close() {
      watcher.dispose();
      offers.close();
      await core.close();
    },
  };
}

function offerKeys(
  core: CoreHost,
  keys: Pick<ProviderKeys, 'list' | 'onChange'>,
  log: LogOutputChannel,
): KeyOffers {
  return startOfferingKeys({
    core,
    keys,
    async offer(records) {
      const { verdicts } = await core.call('secrets.offer', { offers: [...records] });
      const refusals = verdicts
        .filter(({ outcome }) => outcome === 'refused')
        .map(({ provider, reason }) => ({ provider, reason: reason ?? '' }));
      for (const { provider, reason } of refusals) {
        log.warn(`The key for ${provider} is not used: ${reason}`);
      }
      return refusals;
    },
    onFailure: (error) => log.warn(`The keys could not be offered: ${String(error)}`),
  });
}
