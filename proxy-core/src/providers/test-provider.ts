// Whether a provider can be used as it is configured, by the cheapest call that needs its key.
import type { ProviderTest } from '../contract/bridge/settings-calls.ts';
import type { Provider } from '../domain/provider.ts';
import { fetchModels, ModelListError } from './fetch-models.ts';
import type { ProviderClock } from './provider-type.ts';
import { classifyUpstreamError } from './upstream-errors.ts';

const timeoutMs = 10_000;

/** Never rejects. */
export async function testProvider(
  provider: Provider,
  clock: ProviderClock,
): Promise<ProviderTest> {
  const { id, needsCredential, hasStoredCredential } = provider;
  const [dialect] = provider.dialects;
  if ((needsCredential && !hasStoredCredential) || dialect === undefined) {
    const message = `There is no key for ${id}. Add one, then test again.`;
    return { provider: id, ...nothing, outcome: 'no_key', message };
  }
  const startedAt = clock.now();
  try {
    const { length } = await fetchModels(provider, dialect, { clock, timeoutMs });
    const latencyMs = clock.now() - startedAt;
    const message = `${id} answered in ${latencyMs} ms; it lists ${length} models.`;
    return { provider: id, outcome: 'ok', status: 200, latencyMs, models: length, message };
  } catch (error) {
    const failure = describeFailure(provider, error);
    const latencyMs = failure.status === null ? null : clock.now() - startedAt;
    return { provider: id, models: null, latencyMs, ...failure };
  }
}

const nothing = { status: null, latencyMs: null, models: null } as const;

function describeFailure(
  provider: Provider,
  error: unknown,
): Pick<ProviderTest, 'outcome' | 'status' | 'message'> {
  const { id, host } = provider;
  if (!(error instanceof ModelListError)) {
    const fault = error instanceof Error ? error : new Error(String(error));
    const { code, message } = classifyUpstreamError(fault, provider);
    const outcome = code === 'upstream_timeout' ? 'timeout' : 'unreachable';
    return { outcome, status: null, message };
  }
  const { reason, status } = error;
  switch (reason) {
    case 'timeout': {
      const message = `${id} (${host}) did not answer in ${timeoutMs / 1000} s.`;
      return { outcome: 'timeout', status, message };
    }
    case 'invalid': {
      const message = `${host} answered, but with no list of models. Check the path in baseUrl.`;
      return { outcome: 'invalid', status, message };
    }
    case 'status': {
      if (status !== 401 && status !== 403) {
        const message = `${host} answered with status ${status}. Check baseUrl, and the provider’s status page.`;
        return { outcome: 'refused', status, message };
      }
      const message = `${host} refuses the key of ${id} (${status}). Enter it again, or make a new one.`;
      return { outcome: 'key_refused', status, message };
    }
  }
}
