// The command line: finds the command that is meant, runs it, and turns whatever happens into an exit
// code and, where it failed, one sentence on stderr.
import { Command, CommanderError } from 'commander';
import { RelayError } from '../domain/relay-error.ts';
import { locateDataHome } from '../host/data-home.ts';
import { describeError } from '../platform/redact/describe-error.ts';
import { CommandFailure } from './command-failure.ts';
import type { CliCommand, CommandContext } from './command-context.ts';
import { commandGroups, commands } from './commands.ts';
import { exitCodeHelp, exitCodes } from './exit-codes.ts';
import { createOutput, type Output } from './output/output.ts';
import type { Terminal } from './terminal.ts';

export interface CommandLineOptions {
  /** Without the program's own name. */
  readonly parameters: readonly string[];
  readonly version: string;
}

/** Runs one command line to its end; the exit code, see `exitCodes`. Never rejects. */
export async function runCommandLine(
  terminal: Terminal,
  { parameters, version }: CommandLineOptions,
): Promise<number> {
  const output = createOutput(terminal);
  let exitCode: number = exitCodes.ok;
  const context: CommandContext = {
    terminal,
    output,
    dataHome: ({ dataDir }) => locateDataHome(dataDir ?? null, terminal.environment),
    end: (code) => (exitCode = code),
  };
  try {
    await createProgram(context, version).parseAsync(parameters, { from: 'user' });
    return exitCode;
  } catch (error) {
    return exitCodeOf(error, output);
  }
}

function createProgram(context: CommandContext, version: string): Command {
  const { stdout, stderr } = context.terminal;
  const program = new Command('relaycore')
    .description('A gateway for language models on this machine: one address for every assistant.')
    .version(version)
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show the help of a command')
    .showHelpAfterError('Run the command with --help to see how it is used.')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'relaycore: ')),
    })
    .addHelpText('after', `${environmentHelp}\n${exitCodeHelp}`);
  const groups = new Map<string, Command>();
  for (const command of commands) addCommand(program, groups, { command, context });
  return program;
}

const environmentHelp = `
Environment:
  RELAYCORE_HOME  the data folder, unless --data-dir names one; default: ~/.relaycore
  NO_COLOR        no colour, whatever the terminal can`;

function addCommand(
  program: Command,
  groups: Map<string, Command>,
  { command, context }: { readonly command: CliCommand; readonly context: CommandContext },
): void {
  const words = command.name.split(' ');
  const name = words.pop() ?? '';
  const [groupName] = words;
  const parent = groupName === undefined ? program : groupOf(program, groups, groupName);
  const defined = parent
    .command(name)
    .description(command.summary)
    .option('--data-dir <dir>', 'the data folder; default: RELAYCORE_HOME, else ~/.relaycore')
    .option('--json', 'print JSON');
  command.define(defined, context);
  const examples = command.examples.map((example) => `  relaycore ${example}`).join('\n');
  defined.addHelpText('after', `\nExamples:\n${examples}`);
}

function groupOf(program: Command, groups: Map<string, Command>, name: string): Command {
  const group = groups.get(name) ?? program.command(name).description(commandGroups[name] ?? '');
  groups.set(name, group);
  return group;
}

function exitCodeOf(error: unknown, output: Output): number {
  // Commander has said what there is to say.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (error instanceof CommandFailure) {
    output.error(error.message);
    return error.exitCode;
  }
  if (error instanceof RelayError) {
    output.error(error.message);
    return exitCodes.failure;
  }
  const { type, message, stack } = describeError(error);
  output.error(`This is a fault in RelayCore: ${type}: ${message}\n${stack ?? ''}`);
  return exitCodes.failure;
}
