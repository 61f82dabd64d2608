import type { ProviderTest } from '@relaycore/proxy-core/contract/bridge';
import { commands, l10n, ProgressLocation, window } from 'vscode';
import type { Command, Services } from '../feature.ts';
import { providersToTest } from './provider-items.ts';

/** With a provider's id as its parameter nobody is asked. */
export const testProviderKey: Command = {
  id: 'relaycore.testProviderKey',
  async run(services, parameter) {
    const provider = typeof parameter === 'string' ? parameter : await pickProvider(services);
    return provider === undefined ? null : testProvider(services, provider);
  },
};

/** Asks the provider for its models, which costs nothing, and tells what came of it. */
export async function testProvider(services: Services, provider: string): Promise<ProviderTest> {
  const { core } = services;
  const test = await window.withProgress(
    { location: ProgressLocation.Notification, title: l10n.t('Asking {0}…', provider) },
    () => core.call('providers.test', { provider }),
  );
  // Not waited for: what is shown may stay there.
  if (test.outcome === 'ok') void window.showInformationMessage(`${provider}: ${test.message}`);
  else void offerRemedy(services, test);
  return test;
}

/** With a button that leads on: without any, the editor cuts a long message short. */
async function offerRemedy({ offers }: Services, test: ProviderTest): Promise<void> {
  const { provider, outcome } = test;
  const isAboutKey = outcome === 'no_key' || outcome === 'key_refused';
  if (outcome === 'no_key') await offers.offerNow();
  // The core has no key where it holds one back, and the reason is what helps.
  const heldBack = offers.refusals.find((refusal) => refusal.provider === provider);
  const message = outcome === 'no_key' ? (heldBack?.reason ?? test.message) : test.message;
  const action = isAboutKey ? l10n.t('Enter Key…') : l10n.t('Test Again');
  const chosen = await window.showWarningMessage(`${provider}: ${message}`, action);
  if (chosen !== action) return;
  if (isAboutKey) await commands.executeCommand('relaycore.addProviderKey', { provider });
  else await commands.executeCommand('relaycore.testProviderKey', provider);
}

async function pickProvider({ core }: Services): Promise<string | undefined> {
  const { providers } = await core.call('providers.list', {});
  const chosen = await window.showQuickPick(providersToTest(providers), {
    title: l10n.t('Test a provider key'),
    placeHolder: l10n.t('Which provider? It is asked for its models, which costs nothing.'),
  });
  return chosen?.provider.id;
}
