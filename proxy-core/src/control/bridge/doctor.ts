// What a helper at one's side would look at: is it well, can it do its work, is anything forgotten.
import type { DoctorFinding } from '../../contract/bridge/core-calls.ts';
import type { ProviderInfo } from '../../contract/bridge/settings-calls.ts';
import { defaultPort } from '../../contract/names.ts';
import { configurationNotice } from '../operations/configuration-notice.ts';
import type { BridgeDependencies } from './ports.ts';

type DoctorDependencies = Pick<
  BridgeDependencies,
  'status' | 'settings' | 'providers' | 'tokens' | 'cacheControl' | 'url'
>;

/** Faults first. */
export function findFaults(dependencies: DoctorDependencies): DoctorFinding[] {
  const { status, settings, providers, tokens, cacheControl, url } = dependencies;
  const lastError = settings.lastError();
  const refusal = lastError === null ? null : configurationNotice(lastError);
  const all = providers.list().filter(({ isEnabled }) => isEnabled);
  const findings = [
    ...settingsFindings(lastError),
    ...status()
      .notices.filter((notice) => notice !== refusal)
      .map(noticeFinding),
    ...usableProviders(all),
    ...all.flatMap(providerFindings),
    ...cacheFindings(cacheControl.mode().enabled),
    ...tokenFindings(tokens.list().length),
    ...addressFindings(url()),
  ];
  const order = ['error', 'warning', 'info', 'ok'];
  return findings.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}

function settingsFindings(lastError: string | null): DoctorFinding[] {
  if (lastError === null) return [ok('configuration', 'The configuration file is in effect.')];
  return [
    {
      id: 'configuration-refused',
      severity: 'error',
      title: `The configuration file is refused: ${lastError}`,
      remedy:
        'Correct config.yaml; it is taken up within a second. Until then the last good one holds.',
    },
  ];
}

function noticeFinding(notice: string): DoctorFinding {
  return { id: 'notice', severity: 'warning', title: notice, remedy: null };
}

function usableProviders(all: readonly ProviderInfo[]): DoctorFinding[] {
  const real = all.filter(({ type }) => type !== 'demo');
  const withKey = real.filter(({ needsKey, hasKey }) => hasKey || !needsKey);
  if (withKey.length > 0) {
    const names = withKey.map(({ id }) => id).join(', ');
    return [ok('provider-keys', `Client tokens reach ${names}.`)];
  }
  return [
    {
      id: 'no-provider-key',
      severity: 'warning',
      title: 'No provider has a stored key: client tokens reach the demo only.',
      remedy: 'Add a provider key, or let assistants send their own.',
    },
  ];
}

function providerFindings(provider: ProviderInfo): DoctorFinding[] {
  const { id, status, needsKey, hasKey } = provider;
  if (status === 'down' || status === 'degraded') {
    return [
      {
        id: 'provider-failing',
        severity: status === 'down' ? 'error' : 'warning',
        title: `The latest requests to ${id} failed.`,
        remedy: `Test ${id}; its answer says more, and so does the log.`,
      },
    ];
  }
  if (!needsKey || hasKey) return [];
  const title = `${id} has no stored key.`;
  return [{ id: 'provider-without-key', severity: 'info', title, remedy: `Add a key for ${id}.` }];
}

function cacheFindings(isEnabled: boolean): DoctorFinding[] {
  if (isEnabled) return [ok('cache', 'The cache is on.')];
  const title = 'The cache is off: repeated requests are paid for again.';
  return [{ id: 'cache-off', severity: 'info', title, remedy: 'Switch the cache on.' }];
}

function tokenFindings(count: number): DoctorFinding[] {
  if (count > 0) return [ok('client-tokens', `Client tokens: ${count}.`)];
  return [
    {
      id: 'no-client-token',
      severity: 'info',
      title: 'No assistant has a client token yet.',
      remedy: 'Create one for each assistant and set it in place of the provider’s key.',
    },
  ];
}

function addressFindings(url: string): DoctorFinding[] {
  const { port } = new URL(url);
  if (Number(port) === defaultPort) return [ok('address', `RelayCore listens at ${url}.`)];
  return [
    {
      id: 'other-port',
      severity: 'info',
      title: `RelayCore listens at ${url}, not at port ${defaultPort}.`,
      remedy: 'Assistants that were set up by hand have to be given this address.',
    },
  ];
}

function ok(id: string, title: string): DoctorFinding {
  return { id, severity: 'ok', title, remedy: null };
}
