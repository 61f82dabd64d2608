import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createSettingsStore } from '../../settings/settings-store.ts';
import type { SettingsStore } from '../../settings/settings-store.ts';
import { CommandFailure } from '../command-failure.ts';

export interface SettingsSource {
  readonly dataDir: string;
  /** Null: `config.yaml` in the data home, which may be missing. */
  readonly configFile: string | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether the environment is a layer. */
  readonly useEnvironment: boolean;
}

/** The settings as a core would load them now. SettingsError with every mistake and its place. */
export async function loadSettings(source: SettingsSource): Promise<SettingsStore> {
  const configFile = resolve(source.configFile ?? join(source.dataDir, 'config.yaml'));
  if (source.configFile !== null && !existsSync(configFile)) {
    throw new CommandFailure(`There is no configuration file ${configFile}.`);
  }
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  return createSettingsStore(
    { environment: source.environment, logger: silent },
    { configFile, useEnvironment: source.useEnvironment, watch: false },
  );
}
