import { changeTokens } from '../access/token-access.ts';
import { CommandFailure } from '../command-failure.ts';
import type { CliCommand, CommonOptions } from '../command-context.ts';

export const tokenRevoke: CliCommand = {
  name: 'token revoke',
  summary: 'Revoke a client token; whoever holds it is out at once',
  examples: ['token revoke claude-code'],
  define(command, context) {
    command
      .argument('<name>', 'its name or id')
      .action(async (name: string, options: CommonOptions) => {
        const { output } = context;
        const isRevoked = await changeTokens(context, context.dataHome(options), (tokens) =>
          tokens.revoke(name),
        );
        if (!isRevoked) {
          throw new CommandFailure(
            `There is no client token of the name or id "${name}". List them with: relaycore token list`,
          );
        }
        if (options.json) output.json({ revoked: true });
        else output.line(`Revoked ${name}.`);
      });
  },
};
