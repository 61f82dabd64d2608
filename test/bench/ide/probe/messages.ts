// What the benchmark and its probe inside the extension host say to each other: lines of JSON over a
// loopback connection that the probe opens.

export type ProbeQuestion =
  | { readonly ask: 'start-loop-delay' }
  | { readonly ask: 'stop-loop-delay' }
  | { readonly ask: 'startup-report' };

/** Milliseconds that the event loop was late, beyond the interval at which it was looked at. */
export interface LoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Share of the time in which the thread was not waiting, 0 to 1. */
  readonly busy: number;
  /** CPU of the thread, 1 = a whole one; NaN where Node cannot tell. */
  readonly cpu: number;
}

/** A piece of the extension's code as it was run; milliseconds. */
export interface Timed {
  readonly ms: number;
  /** CPU of the main thread, which a busy machine does not lengthen; NaN where Node cannot tell. */
  readonly cpuMs: number;
}

export interface StartupTimes {
  /** When the extension's file began to be loaded; milliseconds since 1970. */
  readonly startedAt: number;
  readonly load: Timed;
  readonly activate: Timed;
  /** Behind the activation, in a turn of its own. */
  readonly loadCore: Timed;
}

export type ProbeAnswer =
  | { readonly tell: 'ready'; readonly pid: number }
  /** The extension begins to be loaded. */
  | { readonly tell: 'starting'; readonly startedAt: number }
  | { readonly tell: 'startup'; readonly times: StartupTimes }
  | { readonly tell: 'counting' }
  | { readonly tell: 'loop-delay'; readonly delay: LoopDelay | null }
  /** VS Code's own report, as `Developer: Startup Performance` shows it. */
  | { readonly tell: 'startup-report'; readonly text: string };

/** In the environment of the extension hosts: the port on which the benchmark listens. */
export const portVariable = 'RELAYCORE_BENCH_PROBE_PORT';
