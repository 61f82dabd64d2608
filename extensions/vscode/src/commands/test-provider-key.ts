import type { ProviderTest } from '@relaycore/proxy-core/contract/bridge';
import { l10n, ProgressLocation, window } from 'vscode';
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
export async function testProvider({ core }: Services, provider: string): Promise<ProviderTest> {
  const test = await window.withProgress(
    { location: ProgressLocation.Notification, title: l10n.t('Asking {0}…', provider) },
    () => core.call('providers.test', { provider }),
  );
  const message = `${provider}: ${test.message}`;
  // Not waited for: what is shown may stay there.
  if (test.outcome === 'ok') void window.showInformationMessage(message);
  else void window.showWarningMessage(message);
  return test;
}

async function pickProvider({ core }: Services): Promise<string | undefined> {
  const { providers } = await core.call('providers.list', {});
  const chosen = await window.showQuickPick(providersToTest(providers), {
    title: l10n.t('Test a provider key'),
    placeHolder: l10n.t('Which provider? It is asked for its models, which costs nothing.'),
  });
  return chosen?.provider.id;
}
