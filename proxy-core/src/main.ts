// The headless entry: `relaycore` on the command line, `relaycore serve` for a core without an IDE.
import { runCommandLine } from './cli/command-line.ts';
import { createTerminal } from './cli/terminal.ts';
import { readOwnVersion } from './composition.ts';

const parameters = process.argv.slice(2);
process.exitCode = await runCommandLine(createTerminal(), {
  parameters,
  version: readOwnVersion(),
});
