import { Worker, type ResourceLimits, type Transferable } from 'node:worker_threads';
import { createBackOff, type BackOffOptions } from './back-off.ts';

/** What became of a worker that ended without being asked to. */
export interface WorkerLoss {
  /** What nobody caught in it; undefined where it ended by itself. */
  readonly error: unknown;
  readonly exitCode: number;
  readonly livedMs: number;
}

export interface SupervisedWorkerOptions<FromWorker> {
  readonly name: string;
  readonly url: URL;
  readonly backOff: BackOffOptions;
  /** Default: V8's own. */
  readonly resourceLimits?: ResourceLimits;
  /** It was started, for the first time or again: what is posted now reaches it first. */
  onStarted(): void;
  onMessage(message: FromWorker): void;
  /** It is gone and starts again after `restartInMs`, unless the callback stops it. */
  onLost(loss: WorkerLoss, restartInMs: number): void;
  /** What the worker printed, past its logger: a library's warning, as a rule. */
  onPrinted(text: string): void;
}

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'alive'; readonly worker: Worker }
  | { readonly kind: 'waiting'; readonly timer: NodeJS.Timeout }
  | { readonly kind: 'stopping'; readonly worker: Worker }
  | { readonly kind: 'stopped' };

/** A worker thread that is started again when it dies. Messages to a dead one are dropped. */
export class SupervisedWorker<ToWorker, FromWorker> {
  readonly #options: SupervisedWorkerOptions<FromWorker>;
  readonly #nextDelay: (livedMs: number) => number;
  #state: State = { kind: 'idle' };
  #abandonedFor: unknown;

  constructor(options: SupervisedWorkerOptions<FromWorker>) {
    this.#options = options;
    this.#nextDelay = createBackOff(options.backOff);
  }

  get isAlive(): boolean {
    return this.#state.kind === 'alive';
  }

  start(): void {
    if (this.#state.kind !== 'idle' && this.#state.kind !== 'waiting') return;
    const worker = new Worker(this.#options.url, {
      name: this.#options.name,
      // Nothing that a library prints may end up among the lines on our stdout and stderr.
      stdout: true,
      stderr: true,
      execArgv: ['--disable-warning=ExperimentalWarning'],
      resourceLimits: this.#options.resourceLimits ?? {},
    });
    this.#state = { kind: 'alive', worker };
    this.#listen(worker, performance.now());
    this.#options.onStarted();
  }

  post(message: ToWorker, transfer: readonly Transferable[] = []): void {
    if (this.#state.kind === 'alive') this.#state.worker.postMessage(message, transfer);
  }

  /** Ends a worker that cannot go on; it starts again like one that died of this error. */
  abandon(error: unknown): void {
    this.#abandonedFor = error;
    if (this.#state.kind === 'alive') void this.#state.worker.terminate();
  }

  /** Ends the worker at once and for good. */
  async terminate(): Promise<void> {
    const state = this.#state;
    this.#state = { kind: 'stopped' };
    if (state.kind === 'waiting') clearTimeout(state.timer);
    if (state.kind === 'alive' || state.kind === 'stopping') await state.worker.terminate();
  }

  /**
   * Asks the worker to stop, waits until it says so by `hasStopped`, and ends it. One that takes
   * longer than `timeoutMs` is ended all the same. Never rejects; idempotent.
   */
  async stop(message: ToWorker, hasStopped: Promise<unknown>, timeoutMs: number): Promise<void> {
    const state = this.#state;
    if (state.kind === 'waiting') clearTimeout(state.timer);
    if (state.kind !== 'alive') {
      if (state.kind !== 'stopping') this.#state = { kind: 'stopped' };
      return;
    }
    const { worker } = state;
    this.#state = { kind: 'stopping', worker };
    const hasExited = new Promise((resolve) => worker.once('exit', resolve));
    worker.postMessage(message);
    await settledWithin([hasStopped, hasExited], timeoutMs);
    await worker.terminate();
    this.#state = { kind: 'stopped' };
  }

  #listen(worker: Worker, startedAt: number): void {
    let error: unknown;
    this.#abandonedFor = undefined;
    worker.on('message', (message: FromWorker) => this.#options.onMessage(message));
    worker.on('error', (thrown) => (error = thrown));
    worker.on('exit', (exitCode) => {
      if (this.#state.kind !== 'alive' || this.#state.worker !== worker) return;
      this.#restartLater({
        error: error ?? this.#abandonedFor,
        exitCode,
        livedMs: performance.now() - startedAt,
      });
    });
    for (const stream of [worker.stdout, worker.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => this.#options.onPrinted(text));
    }
  }

  #restartLater(loss: WorkerLoss): void {
    const delayMs = this.#nextDelay(loss.livedMs);
    const timer = setTimeout(() => this.start(), delayMs);
    this.#state = { kind: 'waiting', timer };
    this.#options.onLost(loss, delayMs);
  }
}

async function settledWithin(promises: readonly Promise<unknown>[], ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const isOver = new Promise((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([...promises, isOver]);
  clearTimeout(timer);
}
