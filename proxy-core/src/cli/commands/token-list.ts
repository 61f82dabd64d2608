import { listTokens } from '../access/token-access.ts';
import type { CliCommand, CommonOptions } from '../command-context.ts';
import { formatTime } from '../output/format-values.ts';

export const tokenList: CliCommand = {
  name: 'token list',
  summary: 'List the client tokens by name',
  examples: ['token list'],
  define(command, context) {
    command.action(async (options: CommonOptions) => {
      const { output } = context;
      const tokens = await listTokens(context, context.dataHome(options));
      if (options.json) return output.json({ tokens });
      if (tokens.length === 0) {
        return output.line(
          'There is no client token. Create one with: relaycore token create NAME',
        );
      }
      const columns = [{ title: 'Name' }, { title: 'Id' }, { title: 'Created' }];
      output.table(
        columns,
        tokens.map(({ name, id, createdAt }) => [name, id, formatTime(createdAt)]),
      );
    });
  },
};
