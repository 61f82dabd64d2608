// The commands: one file each in `commands/`, one line each here, in the order of the help.
import type { CliCommand } from './command-context.ts';
import { cacheClear } from './commands/cache-clear.ts';
import { cacheStats } from './commands/cache-stats.ts';
import { configCheck } from './commands/config-check.ts';
import { configExplain } from './commands/config-explain.ts';
import { serve } from './commands/serve.ts';
import { status } from './commands/status.ts';
import { stop } from './commands/stop.ts';
import { tokenCreate } from './commands/token-create.ts';
import { tokenList } from './commands/token-list.ts';
import { tokenRevoke } from './commands/token-revoke.ts';
import { ui } from './commands/ui.ts';
import { usage } from './commands/usage.ts';

export const commands: readonly CliCommand[] = [
  serve,
  stop,
  status,
  ui,
  usage,
  tokenCreate,
  tokenList,
  tokenRevoke,
  cacheStats,
  cacheClear,
  configExplain,
  configCheck,
];

/** What the words that head several commands stand for. */
export const commandGroups: Readonly<Record<string, string>> = {
  token: 'Client tokens, one for each assistant',
  cache: 'The cache of answers',
  config: 'The configuration',
};
