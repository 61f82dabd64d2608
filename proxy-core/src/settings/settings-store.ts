// The configuration in effect: read from its layers, kept up to date while the file changes, and
// the only writer of the file.
import { isDeepStrictEqual } from 'node:util';
import { RelayError } from '../domain/relay-error.ts';
import { changedPaths, overriddenSettings } from './compare-settings.ts';
import { editSettingsText } from './edit-settings-text.ts';
import type { Environment } from './environment-layer.ts';
import {
  layerSettings,
  type ExplainedSetting,
  type LayeredSettings,
  type LayerInputs,
} from './layers.ts';
import { replaceFile } from './replace-file.ts';
import type { Settings } from './schema.ts';
import { createSettingTree, type SectionNode } from './setting-tree.ts';
import { SettingsError } from './settings-error.ts';
import { parseSettingsFile, readSettingsFile, type SettingsFile } from './settings-file.ts';
import { applyPatch, withoutPatched, type Tree } from './tree.ts';
import { watchFile, type FileWatcher } from './watch-file.ts';

/** What the store needs of a logger. */
export interface SettingsLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface SettingsDependencies {
  readonly environment: Environment;
  readonly logger: SettingsLogger;
}

export interface SettingsStoreOptions {
  /** Absolute path of `config.yaml`. */
  readonly configFile: string;
  /** Whether a missing file is an error, as where the user named it; default false. */
  readonly mustExist?: boolean;
  /** Whether `RELAYCORE_…` variables are a layer: headless only. */
  readonly useEnvironment: boolean;
  /** Values given on the command line; they win over file and environment. */
  readonly commandLine?: Tree;
  /** Whether changes of the file are taken up by themselves; default true. */
  readonly watch?: boolean;
  /** How often the file is looked at besides the system's notifications; default 750 ms. */
  readonly pollIntervalMs?: number;
}

export interface PatchOptions {
  /** true: written into the file; false: until the core ends. */
  readonly persist: boolean;
}

export interface PatchOutcome {
  readonly settings: Settings;
  /** Values that the change set but that a layer above the file overrides. */
  readonly overridden: readonly ExplainedSetting[];
}

export interface SettingsStore {
  /** Deep-frozen; a change gives a new object. */
  current(): Settings;
  /** Every effective value with the layer and the place that it comes from. */
  explain(): readonly ExplainedSetting[];
  /** Why the file as it stands now is not in effect; null where it is. */
  lastError(): SettingsError | null;
  /** Sentences about what has no effect: variables that are no settings, settings that do nothing yet. */
  warnings(): readonly string[];
  /** Calls back after the effective settings changed; returns how to stop it. */
  onChange(listener: SettingsListener): () => void;
  /**
   * Merges a tree of settings in; null takes a value out, so that the layer below shows. Nothing
   * changes where it throws: SettingsError (`bad_config`) where the outcome would be invalid,
   * RelayError `storage_failed` where the file cannot be written.
   */
  patch(change: Tree, options: PatchOptions): Promise<PatchOutcome>;
  /** Reads the file again; a bad one is reported by `lastError()`. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

export type SettingsListener = (settings: Settings, previous: Settings) => void;

/** Throws SettingsError where the configuration is invalid at the start. */
export async function createSettingsStore(
  dependencies: SettingsDependencies,
  options: SettingsStoreOptions,
): Promise<SettingsStore> {
  const file = await readSettingsFile(options.configFile, options.mustExist ?? false);
  return new LayeredSettingsStore(dependencies, options, file);
}

class LayeredSettingsStore implements SettingsStore {
  readonly #logger: SettingsLogger;
  readonly #options: SettingsStoreOptions;
  readonly #tree: SectionNode = createSettingTree();
  readonly #listeners = new Set<SettingsListener>();
  readonly #watcher: FileWatcher | null;
  #inputs: LayerInputs;
  #layered: LayeredSettings;
  #lastError: SettingsError | null = null;
  /** One operation at a time: a change is read, checked and written before the next one. */
  #queue: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(
    { environment, logger }: SettingsDependencies,
    options: SettingsStoreOptions,
    file: SettingsFile,
  ) {
    this.#logger = logger;
    this.#options = options;
    this.#inputs = {
      file,
      environment: options.useEnvironment ? environment : null,
      commandLine: options.commandLine ?? {},
      runtime: {},
    };
    this.#layered = layerSettings(this.#inputs, this.#tree);
    for (const warning of this.#layered.warnings) logger.warn({}, warning);
    this.#watcher =
      options.watch === false
        ? null
        : watchFile(
            {
              path: options.configFile,
              pollIntervalMs: options.pollIntervalMs ?? 750,
              settleMs: 40,
            },
            () => void this.reload(),
          );
  }

  current(): Settings {
    return this.#layered.settings;
  }

  explain(): readonly ExplainedSetting[] {
    return this.#layered.explain();
  }

  lastError(): SettingsError | null {
    return this.#lastError;
  }

  warnings(): readonly string[] {
    return this.#layered.warnings;
  }

  onChange(listener: SettingsListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  patch(change: Tree, { persist }: PatchOptions): Promise<PatchOutcome> {
    return this.#enqueue(async () => {
      if (this.#isClosed) throw new RelayError('shutting_down', 'The settings are closed.');
      if (persist) await this.#save(change);
      else this.#apply({ ...this.#inputs, runtime: applyPatch(this.#inputs.runtime, change) });
      const overridden = persist ? overriddenSettings(change, this.explain()) : [];
      return { settings: this.current(), overridden };
    });
  }

  reload(): Promise<void> {
    return this.#enqueue(async () => {
      if (this.#isClosed) return;
      try {
        const { configFile, mustExist } = this.#options;
        const file = await readSettingsFile(configFile, mustExist ?? false);
        this.#apply({ ...this.#inputs, file });
        if (this.#lastError !== null) this.#logger.info({}, `${configFile} is in effect again.`);
        this.#lastError = null;
      } catch (error) {
        this.#refuse(error);
      }
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#watcher?.close();
    this.#listeners.clear();
    await this.#queue;
  }

  async #save(change: Tree): Promise<void> {
    const { configFile } = this.#options;
    const before = await readSettingsFile(configFile, false);
    const text = editSettingsText(before, change);
    const inputs: LayerInputs = {
      ...this.#inputs,
      file: parseSettingsFile(configFile, text),
      // Else an earlier change that was not saved would hide what is saved now.
      runtime: withoutPatched(this.#inputs.runtime, change),
    };
    const layered = layerSettings(inputs, this.#tree);
    if (text !== before.text) {
      try {
        await replaceFile(configFile, text);
      } catch (cause) {
        throw new RelayError('storage_failed', `${configFile} cannot be written.`, { cause });
      }
    }
    this.#lastError = null;
    this.#replace(inputs, layered);
  }

  #apply(inputs: LayerInputs): void {
    this.#replace(inputs, layerSettings(inputs, this.#tree));
  }

  #replace(inputs: LayerInputs, layered: LayeredSettings): void {
    const previous = this.#layered;
    this.#inputs = inputs;
    if (isDeepStrictEqual(previous.settings, layered.settings)) {
      // The same values may stand on other lines, but whoever holds the object need not know.
      this.#layered = { ...layered, settings: previous.settings };
      return;
    }
    this.#layered = layered;
    this.#logger.info(
      { changed: changedPaths(previous.explain(), layered.explain()) },
      'The settings have changed.',
    );
    for (const warning of layered.warnings) {
      if (!previous.warnings.includes(warning)) this.#logger.warn({}, warning);
    }
    for (const listener of this.#listeners) {
      try {
        listener(layered.settings, previous.settings);
      } catch (error) {
        this.#logger.error({ error }, 'A part of RelayCore could not take up the new settings.');
      }
    }
  }

  #refuse(error: unknown): void {
    const { configFile } = this.#options;
    const refusal =
      error instanceof SettingsError
        ? error
        : new SettingsError(
            [
              {
                path: '',
                message: 'Cannot be loaded.',
                line: null,
                column: null,
                source: configFile,
              },
            ],
            { cause: error },
          );
    // The file is looked at again and again; its mistake is news only once.
    const isNews = refusal.message !== this.#lastError?.message;
    this.#lastError = refusal;
    if (!isNews) return;
    this.#logger.error(
      { error: refusal, issues: refusal.issues },
      `The configuration file is refused; the last good one stays in effect.\n${refusal.message}`,
    );
  }

  #enqueue<T>(operation: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(operation);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}
