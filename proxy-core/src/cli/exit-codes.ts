/** What a script can learn from how a command ends; the same list stands in the help. */
export const exitCodes = {
  ok: 0,
  failure: 1,
  usage: 2,
  notRunning: 3,
} as const;

export const exitCodeHelp = `
Exit codes:
  0  done
  1  failed; a sentence on stderr says why and what to do
  2  the command line is not understood
  3  no core is running for this data folder`;

/** The shell's convention for a process that a signal ended. */
export function exitCodeOfSignal(signal: NodeJS.Signals): number {
  const numbers: Partial<Record<NodeJS.Signals, number>> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };
  return 128 + (numbers[signal] ?? 0);
}
