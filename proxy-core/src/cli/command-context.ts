import type { Command } from 'commander';
import type { Output } from './output/output.ts';
import type { Terminal } from './terminal.ts';

/** What every command is given. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly output: Output;
  /** Absolute; from `--data-dir`, `RELAYCORE_HOME` or the home folder. */
  dataHome(options: CommonOptions): string;
  /** The exit code, where it is not 0 although nothing failed. */
  end(exitCode: number): void;
}

/** Options that every command takes. */
export interface CommonOptions {
  readonly dataDir?: string;
  readonly json?: true;
}

/** One command, in a file of its own. */
export interface CliCommand {
  /** The words after `relaycore`, such as `token create`. */
  readonly name: string;
  readonly summary: string;
  /** Command lines that show its use, without `relaycore`. */
  readonly examples: readonly string[];
  /** Declares arguments and options, and the action. The common options are there already. */
  define(command: Command, context: CommandContext): void;
}
