import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SettingsError } from '../../settings/settings-error.ts';
import { loadSettings } from '../access/load-settings.ts';
import type { CliCommand, CommonOptions } from '../command-context.ts';
import { exitCodes } from '../exit-codes.ts';

export const configCheck: CliCommand = {
  name: 'config check',
  summary: 'Check a configuration file without using it; ends with 1 where it has mistakes',
  examples: ['config check', 'config check ./config.yaml'],
  define(command, context) {
    command
      .argument('[file]', 'default: config.yaml in the data folder')
      .action(async (file: string | undefined, options: CommonOptions) => {
        const { output, terminal } = context;
        const dataDir = context.dataHome(options);
        const path = resolve(file ?? join(dataDir, 'config.yaml'));
        const source = { dataDir, configFile: file ?? null, useEnvironment: false };
        try {
          const settings = await loadSettings({ ...source, environment: terminal.environment });
          const warnings = settings.warnings();
          await settings.close();
          const exists = existsSync(path);
          if (options.json) {
            return output.json({ valid: true, exists, file: path, issues: [], warnings });
          }
          output.line(exists ? `${path} is valid.` : `There is no ${path}; the defaults hold.`);
          for (const warning of warnings) output.line(`! ${warning}`);
        } catch (error) {
          if (!(options.json && error instanceof SettingsError)) throw error;
          output.json({ valid: false, exists: true, file: path, issues: error.issues });
          context.end(exitCodes.failure);
        }
      });
  },
};
