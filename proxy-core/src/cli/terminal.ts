import { spawn } from 'node:child_process';

/** Where a command's output goes. */
export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** The process around a command, as far as commands may know it. */
export interface Terminal {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream & NodeJS.WritableStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  now(): number;
  /** Calls back for each signal that asks the process to end; returns how to stop listening. */
  onStopSignal(callback: (signal: NodeJS.Signals) => void): () => void;
  /** Calls back for what nobody caught; without a listener such a fault ends the process. */
  onFault(callback: (error: unknown) => void): () => void;
  /** Ends the process at once. */
  exitNow(code: number): void;
  /** Shows the URL in a browser, where there is a desktop. */
  openInBrowser(url: string): void;
}

/** The terminal of this very process. Called once, first thing: it also makes the process fit for the part. */
export function createTerminal(): Terminal {
  const { stdout, stderr, env: environment } = process;
  // Every file that this process makes, its databases included, is the user's alone.
  process.umask(0o077);
  // Whoever read our output may have gone (`| head`); the rest of it is for nobody then.
  for (const stream of [stdout, stderr]) stream.on('error', () => undefined);
  // stderr has JSON lines only; Node's warnings about its own modules are for its developers.
  process.removeAllListeners('warning');
  return {
    stdout,
    stderr,
    environment,
    now: () => Date.now(),
    onStopSignal,
    onFault,
    exitNow: (code) => process.exit(code),
    openInBrowser: (url) => openInBrowser(url, environment),
  };
}

function onStopSignal(callback: (signal: NodeJS.Signals) => void): () => void {
  const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, callback);
  return () => {
    for (const signal of signals) process.off(signal, callback);
  };
}

function onFault(callback: (error: unknown) => void): () => void {
  process.on('uncaughtException', callback);
  process.on('unhandledRejection', callback);
  return () => {
    process.off('uncaughtException', callback);
    process.off('unhandledRejection', callback);
  };
}

function openInBrowser(url: string, environment: Terminal['environment']): void {
  const openers: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
    darwin: ['open'],
    win32: ['rundll32', 'url.dll,FileProtocolHandler'],
  };
  const hasDesktop = Boolean(environment['DISPLAY'] ?? environment['WAYLAND_DISPLAY']);
  const opener = openers[process.platform] ?? (hasDesktop ? (['xdg-open'] as const) : null);
  if (opener === null) return;
  const [program, ...parameters] = opener;
  const child = spawn(program, [...parameters, url], { stdio: 'ignore', detached: true });
  // The address is printed as well, so a missing browser is no failure.
  child.once('error', () => undefined);
  child.unref();
}
