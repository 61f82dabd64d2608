import { Option } from 'commander';
import { cacheClearedSchema, type CacheClear } from '../../contract/control.ts';
import { callCore } from '../access/call-core.ts';
import { parseAge } from '../access/parse-options.ts';
import { requireCore } from '../access/running-core.ts';
import type { CliCommand, CommonOptions } from '../command-context.ts';
import { formatNumberOf } from '../output/format-values.ts';

interface ClearOptions extends CommonOptions {
  readonly model?: string;
  readonly provider?: string;
  readonly workspace?: string;
  readonly olderThan?: number;
}

export const cacheClear: CliCommand = {
  name: 'cache clear',
  summary: 'Forget cached answers: all of them, or those of a model, provider or workspace',
  examples: ['cache clear', 'cache clear --model gpt-5-mini', 'cache clear --older-than 12h'],
  define(command, context) {
    command
      .addOption(
        new Option('--model <model>', 'only answers of this model').conflicts([
          'provider',
          'workspace',
        ]),
      )
      .addOption(
        new Option('--provider <provider>', 'only answers of this provider').conflicts('workspace'),
      )
      .option('--workspace <workspace>', 'only answers given to this workspace')
      .option('--older-than <age>', 'only answers older than 90s, 30m, 12h, 7d…', parseAge)
      .action(async (options: ClearOptions) => {
        const { output } = context;
        const core = await requireCore(context.dataHome(options));
        const { cleared } = await callCore(core, {
          method: 'POST',
          path: '/v1/cache/clear',
          body: requestOf(options),
          answer: cacheClearedSchema,
        });
        if (options.json) output.json({ cleared });
        else output.line(`Cleared ${formatNumberOf(cleared, 'answer')}.`);
      });
  },
};

function requestOf({ model, provider, workspace, olderThan }: ClearOptions): CacheClear {
  const age = olderThan === undefined ? {} : { olderThanSeconds: olderThan };
  if (model !== undefined) return { scope: 'model', value: model, ...age };
  if (provider !== undefined) return { scope: 'provider', value: provider, ...age };
  if (workspace !== undefined) return { scope: 'workspace', value: workspace, ...age };
  return { scope: 'all', ...age };
}
