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
          await (await loadSettings({ ...source, environment: terminal.environment })).close();
          if (options.json) output.json({ valid: true, file: path, issues: [] });
          else output.line(`${path} is valid.`);
        } catch (error) {
          if (!(options.json && error instanceof SettingsError)) throw error;
          output.json({ valid: false, file: path, issues: error.issues });
          context.end(exitCodes.failure);
        }
      });
  },
};
