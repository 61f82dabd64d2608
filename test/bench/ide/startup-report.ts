// VS Code's own figures, out of the text that `Developer: Startup Performance` shows.

export interface ReportedTimes {
  readonly loadMs: number;
  readonly activateMs: number;
  /** For what `activate` returned; 0 when that is no promise. */
  readonly settleMs: number;
}

/** NaN where the report, or the extension in it, is missing. */
export function readStartupReport(text: string): ReportedTimes {
  const line = text.split('\n').find((one) => one.includes('relaycore.relaycore')) ?? '';
  // | Extension | Eager | Load Code | Call Activate | Finish Activate | Event | By |
  const [loadMs, activateMs, settleMs] = line
    .split('|')
    .slice(3, 6)
    .map((cell) => Number.parseFloat(cell));
  const known = (value: number | undefined): number => value ?? Number.NaN;
  return { loadMs: known(loadMs), activateMs: known(activateMs), settleMs: known(settleMs) };
}
