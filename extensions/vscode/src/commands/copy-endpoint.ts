import { env, l10n, window } from 'vscode';
import { CoreUnavailable } from '../core-host/core-unavailable.ts';
import { isRunning } from '../core-host/core-state.ts';
import type { Command, Services } from '../feature.ts';
import { endpointsOf, type Endpoint } from './endpoints.ts';
import { tell } from './tell.ts';

export const copyEndpoint: Command = {
  id: 'relaycore.copyEndpoint',
  async run(services) {
    const endpoints = endpointsOf(await coreUrl(services));
    const chosen = await pickEndpoint(endpoints, l10n.t('Copy which address?'));
    if (chosen === null) return null;
    await copyText(chosen);
    return chosen.text;
  },
};

/** Rejects with CoreUnavailable. */
export async function coreUrl({ core }: Services): Promise<string> {
  if (!isRunning(core.state)) await core.call('status.get', {});
  if (!isRunning(core.state)) throw new CoreUnavailable(core.state);
  return core.state.url;
}

/** Null where the user does not want any. */
export async function pickEndpoint(
  endpoints: readonly Endpoint[],
  title: string,
): Promise<Endpoint | null> {
  const items = endpoints.map((endpoint) => ({
    endpoint,
    label: `$(copy) ${endpoint.label}`,
    // A token and what has several lines would not help here.
    description: endpoint.text.startsWith('http') ? endpoint.text : '',
    detail: endpoint.detail,
  }));
  const chosen = await window.showQuickPick(items, { title, ignoreFocusOut: true });
  return chosen?.endpoint ?? null;
}

export async function copyText({ label, text }: Endpoint): Promise<void> {
  await env.clipboard.writeText(text);
  tell(l10n.t('{0} copied.', label));
}
