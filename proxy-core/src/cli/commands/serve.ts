import { resolve as resolvePath } from 'node:path';
import { startCore, startDetachedCore, type Core } from '../../composition.ts';
import { RelayError } from '../../domain/relay-error.ts';
import { lowerPriorityOfV8Workers } from '../../platform/own-priority.ts';
import { parsePort } from '../access/parse-options.ts';
import type { CliCommand, CommandContext, CommonOptions } from '../command-context.ts';
import { exitCodeOfSignal, exitCodes } from '../exit-codes.ts';

interface ServeOptions extends CommonOptions {
  readonly port?: number;
  readonly config?: string;
  readonly detach?: true;
  readonly onlyLead?: true;
}

export const serve: CliCommand = {
  name: 'serve',
  summary: 'Run the core until a signal ends it',
  examples: [
    'serve',
    'serve --detach',
    'serve --port 0 --data-dir ./data',
    'serve --config /etc/relaycore.yaml',
  ],
  define(command, context) {
    command
      .option(
        '--port <port>',
        'listen here, whatever the settings say; 0: any free port',
        parsePort,
      )
      .option('--config <file>', 'default: config.yaml in the data folder')
      .option('--detach', 'start it in the background, unless one runs already; see also: stop')
      .option('--only-lead', 'where a core runs already, print its ready line and end')
      .addHelpText('after', serveHelp)
      .action((options: ServeOptions) =>
        options.detach === true ? detach(context, options) : run(context, options),
      );
  },
};

const serveHelp = `
Prints one line of JSON on stdout when it is ready: {"url", "pid", "attached", "dataDir", "version"},
and "warnings" where something is not as it should be. Logs are lines of JSON on stderr and in
logs/relaycore.log below the data folder. Where a core runs with the same data folder already, this
one attaches to it ("attached": true) and takes over when that one ends. With --detach the line is
that of the core in the background, or of the attempt, where one runs already.

SIGTERM, SIGINT and SIGHUP end it once running answers are through, after 4 seconds at the latest
(server.drainTimeoutMs); a second signal ends it at once, with 128 and the
signal's number as its exit code.`;

async function detach(context: CommandContext, options: ServeOptions): Promise<void> {
  const { port, config } = options;
  const ready = await startDetachedCore({
    dataDir: context.dataHome(options),
    environment: context.terminal.environment,
    parameters: [
      ...(port === undefined ? [] : ['--port', String(port)]),
      ...(config === undefined ? [] : ['--config', resolvePath(config)]),
    ],
  });
  context.terminal.stdout.write(`${JSON.stringify(ready)}\n`);
}

/** Where processors are scarce, streams come before the collecting of garbage beside them. */
const v8WorkerNice = 10;

async function run(context: CommandContext, options: ServeOptions): Promise<void> {
  const { terminal } = context;
  lowerPriorityOfV8Workers(v8WorkerNice);
  const stopping = new AbortController();
  const { signal: stopped } = stopping;
  const stopListening = terminal.onStopSignal((signal) => {
    // The first one lets streams run out, a second one means it.
    if (stopped.aborted) terminal.exitNow(exitCodeOfSignal(signal));
    stopping.abort();
  });
  try {
    const core = await startCore({
      dataDir: context.dataHome(options),
      configFile: options.config ?? null,
      portOverride: options.port ?? null,
      environment: terminal.environment,
      useEnvironment: true,
      host: { kind: 'headless', name: 'relaycore serve' },
      stderr: terminal.stderr,
      signal: stopped,
    });
    if (options.onlyLead === true && core.attached) {
      printReadyLine(core, context);
      await core.close();
    } else await runUntil(stopped, core, context);
  } catch (error) {
    // It was still waiting for its turn when it was told to end.
    if (!(stopped.aborted && error instanceof RelayError && error.code === 'shutting_down')) {
      throw error;
    }
  } finally {
    stopListening();
  }
}

async function runUntil(stopped: AbortSignal, core: Core, context: CommandContext): Promise<void> {
  const { terminal, end } = context;
  const fault = Promise.withResolvers<void>();
  const stopListening = terminal.onFault((error) => {
    core.reportFault(error);
    end(exitCodes.failure);
    fault.resolve();
  });
  printReadyLine(core, context);
  try {
    await Promise.race([aborted(stopped), core.closed, fault.promise]);
  } finally {
    await core.close();
    stopListening();
  }
}

function printReadyLine(core: Core, { terminal }: CommandContext): void {
  const { url, pid, attached, dataDir, version, notices } = core;
  const warnings = notices.length === 0 ? {} : { warnings: notices };
  const ready = { url, pid, attached, dataDir, version, ...warnings };
  terminal.stdout.write(`${JSON.stringify(ready)}\n`);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
