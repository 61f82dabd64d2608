import type { CliCommand, CommonOptions } from '../command-context.ts';
import { changeTokens } from '../access/token-access.ts';

export const tokenCreate: CliCommand = {
  name: 'token create',
  summary: 'Create a client token for an assistant and print it; it cannot be shown again',
  examples: ['token create claude-code', 'token create ci --json'],
  define(command, context) {
    command
      .argument('<name>', 'what to call it, such as the assistant that gets it')
      .action(async (name: string, options: CommonOptions) => {
        const { output } = context;
        const created = await changeTokens(context, context.dataHome(options), (tokens) =>
          tokens.create(name),
        );
        if (options.json) output.json(created);
        else output.line(created.token);
      });
  },
};
