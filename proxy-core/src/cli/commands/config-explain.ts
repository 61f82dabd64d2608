import { z } from 'zod';
import { explainedSettingSchema } from '../../contract/control.ts';
import { callCore } from '../access/call-core.ts';
import { loadSettings } from '../access/load-settings.ts';
import { findCore } from '../access/running-core.ts';
import { CommandFailure } from '../command-failure.ts';
import type { CliCommand, CommandContext, CommonOptions } from '../command-context.ts';

interface ExplainOptions extends CommonOptions {
  readonly config?: string;
}

/** `source` says where in the layer: file, line and column, or the variable. */
const settingSchema = explainedSettingSchema.extend({ source: z.string().optional() });
const answerSchema = z.object({ settings: z.array(settingSchema) });
type Explained = z.infer<typeof settingSchema>;

export const configExplain: CliCommand = {
  name: 'config explain',
  summary: 'Show every setting in effect and where its value comes from; needs no running core',
  examples: ['config explain', 'config explain cache', 'config explain server.port --json'],
  define(command, context) {
    command
      .argument('[path]', 'only this setting, or those below it, such as cache')
      .option('--config <file>', 'explain this file instead of the running core')
      .action(async (path: string | undefined, options: ExplainOptions) => {
        const { output } = context;
        const all = await explain(context, options);
        const settings = path === undefined ? all : all.filter((each) => isBelow(each.path, path));
        if (settings.length === 0) {
          throw new CommandFailure(
            `There is no setting ${path ?? ''}. Run \`relaycore config explain\` to see them all.`,
          );
        }
        if (options.json) return output.json({ settings });
        output.table(
          [{ title: 'Setting' }, { title: 'Value' }, { title: 'From' }],
          settings.map((each) => [each.path, show(each.value), each.source ?? each.layer]),
        );
      });
  },
};

/** The running core knows best: it has changes that were not saved. */
async function explain(
  context: CommandContext,
  options: ExplainOptions,
): Promise<readonly Explained[]> {
  const dataDir = context.dataHome(options);
  const core = options.config === undefined ? await findCore(dataDir) : null;
  if (core !== null) {
    const path = '/v1/config/explain';
    return (await callCore(core, { method: 'GET', path, answer: answerSchema })).settings;
  }
  const { environment } = context.terminal;
  const configFile = options.config ?? null;
  const settings = await loadSettings({ dataDir, configFile, environment, useEnvironment: true });
  try {
    for (const warning of settings.warnings()) context.output.error(warning);
    return settings.explain();
  } finally {
    await settings.close();
  }
}

function isBelow(path: string, wanted: string): boolean {
  return path === wanted || path.startsWith(`${wanted}.`) || path.startsWith(`${wanted}[`);
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
