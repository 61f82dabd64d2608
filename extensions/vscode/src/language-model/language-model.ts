// RelayCore's models in the editor's own chat, where the editor takes models of extensions.
import { randomUUID } from 'node:crypto';
import { Disposable, EventEmitter, lm, workspace } from 'vscode';
import { isRunning } from '../core-host/core-state.ts';
import { disposeAll } from '../dispose-all.ts';
import type { Feature, Services } from '../feature.ts';
import { createChatProvider } from './chat-provider.ts';
import { currentBranch } from './current-branch.ts';
import { readEditorParts } from './read-editor-parts.ts';

/** As in package.json, and what others select by. */
const vendor = 'relaycore';

export const languageModel: Feature = {
  id: 'language-model',
  activate(services) {
    const { core, log } = services;
    const parts = readEditorParts();
    if (parts === null) {
      log.info(
        'This editor takes no models of extensions; assistants use the endpoint all the same.',
      );
      return new Disposable(() => {});
    }
    const changed = new EventEmitter<void>();
    const provider = createChatProvider({
      core,
      parts,
      isCoreRunning: () => isRunning(core.state),
      place: () => ({
        workspace: workspace.workspaceFolders?.[0]?.name ?? null,
        branch: currentBranch(),
      }),
      nextId: () => randomUUID(),
      changes: changed,
      log,
    });
    return disposeAll([
      changed,
      provider,
      followModels(services, () => void provider.refresh()),
      lm.registerLanguageModelChatProvider(vendor, provider),
    ]);
  },
};

/** Tells when other models may be there: with a core, with keys, with a change of the configuration. */
function followModels({ core, keys, offers }: Services, tell: () => void): Disposable {
  // With the keys that this window holds, not before.
  const tellAfterOffer = (): void => void offers.offerNow().then(tell);
  const stops = [
    core.onState((state) => {
      if (isRunning(state)) tellAfterOffer();
    }),
    keys.onChange(tellAfterOffer),
    core.on('config.changed', ({ changed }) => {
      if (changed.some((path) => path.startsWith('providers'))) tell();
    }),
  ];
  return disposeAll(stops.map((stop) => ({ dispose: stop })));
}
