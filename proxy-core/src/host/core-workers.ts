import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { SecretOffer } from '../contract/bridge/settings-calls.ts';
import { errorCatalogue, type ErrorCode } from '../contract/error-codes.ts';
import { RelayError } from '../domain/relay-error.ts';
import { describeError } from '../platform/redact/describe-error.ts';
import type { Logger } from '../platform/logger/logger.ts';
import type {
  HostSettings,
  HostToRelay,
  HostToStore,
  RelayToHost,
  RelayWorkerData,
  StoreToHost,
  StoreWorkerData,
} from '../workers/protocol.ts';
import type { BackOffOptions } from './back-off.ts';
import { SupervisedWorker, type WorkerLoss } from './supervised-worker.ts';

export interface WorkerUrls {
  readonly relay: URL;
  readonly store: URL;
}

/** Milliseconds. */
export interface WorkerLimits {
  /** For both workers to be there. */
  readonly startMs: number;
  /** For streams in flight when the core stops, as long as the settings have not said otherwise. */
  readonly drainMs: number;
  /** For a worker to stop, streams apart. */
  readonly stopMs: number;
}

/**
 * V8's default of 48 and more outgrows the processor's caches, and lets buffers of dead requests pile up until
 * only a full collection finds them (docs/decisions/003).
 */
const relayLimits = { maxYoungGenerationSizeMb: 24 };

export const workerLimits: WorkerLimits = { startMs: 30_000, drainMs: 4000, stopMs: 5000 };

export interface CoreWorkersOptions {
  readonly urls: WorkerUrls;
  readonly backOff: BackOffOptions;
  readonly limits: WorkerLimits;
  readonly logger: Logger;
  /** Takes the workers' own log lines. */
  writeLog(line: string): void;
  /** Before the core listens, and whenever they change. */
  onSettings(settings: HostSettings): void;
}

export interface WorkersData {
  readonly relay: RelayWorkerData;
  readonly store: StoreWorkerData;
}

/** A worker of a running core has died, and is started again. */
export interface WorkerTrouble {
  readonly worker: 'relay' | 'store';
  readonly message: string;
  readonly restartInMs: number;
}

/** What running workers tell whoever started them. */
export interface WorkersListener {
  /** Null: all are well again. */
  onTrouble(trouble: WorkerTrouble | null): void;
  /** A core of this version asks for the lead, and nothing is in flight. */
  onYield(version: string): void;
}

export interface Listening {
  readonly url: string;
  readonly port: number;
  /** Another port than the one that was meant. */
  readonly isChosen: boolean;
}

/**
 * The relay and the store worker, each restarted when it dies, and the channel between them. While
 * the store is away requests go on without it; while the relay is away nothing listens.
 */
export class CoreWorkers {
  readonly #options: CoreWorkersOptions;
  readonly #relay: SupervisedWorker<HostToRelay, RelayToHost>;
  readonly #store: SupervisedWorker<HostToStore, StoreToHost>;
  readonly #listening = Promise.withResolvers<Listening>();
  readonly #storeReady = Promise.withResolvers<void>();
  readonly #relayLoaded = Promise.withResolvers<void>();
  readonly #storeLoaded = Promise.withResolvers<void>();
  readonly #portClosed = Promise.withResolvers<void>();
  readonly #relayStopped = Promise.withResolvers<void>();
  readonly #storeStopped = Promise.withResolvers<void>();
  readonly #troubles = new Map<WorkerTrouble['worker'], WorkerTrouble>();
  #data: WorkersData | null = null;
  #listener: WorkersListener | null = null;
  #isRunning = false;
  #drainMs: number;

  constructor(options: CoreWorkersOptions) {
    this.#options = options;
    this.#drainMs = options.limits.drainMs;
    const { backOff, urls } = options;
    this.#relay = new SupervisedWorker({
      name: 'relay',
      url: urls.relay,
      backOff,
      resourceLimits: relayLimits,
      onStarted: () => this.#onStarted('relay'),
      onMessage: (message) => this.#onRelayMessage(message),
      onLost: (loss, restartInMs) => this.#onRelayLost(loss, restartInMs),
      onPrinted: (text) => this.#onPrinted('relay', text),
    });
    this.#store = new SupervisedWorker({
      name: 'store',
      url: urls.store,
      backOff,
      onStarted: () => this.#onStarted('store'),
      onMessage: (message) => this.#onStoreMessage(message),
      onLost: (loss, restartInMs) => this.#onStoreLost(loss, restartInMs),
      onPrinted: (text) => this.#onPrinted('store', text),
    });
    // Whoever is not waiting for it any more need not hear of it.
    this.#listening.promise.catch(() => undefined);
  }

  /** Resolves when nobody new is let in any more and the port is free; at the latest with `close`. */
  get portClosed(): Promise<void> {
    return this.#portClosed.promise;
  }

  /**
   * Starts the threads and loads their modules, nothing else: most of the time of a start has then
   * passed. Resolves when they are there.
   */
  async warmUp(): Promise<void> {
    this.#startThreads();
    await Promise.all([this.#relayLoaded.promise, this.#storeLoaded.promise]);
  }

  /** Resolves when the core listens; RelayError with what to do where it cannot. Then all is ended. */
  async start(data: WorkersData, listener: WorkersListener): Promise<Listening> {
    const { startMs } = this.#options.limits;
    const timer = setTimeout(() => {
      this.#storeReady.resolve();
      this.#listening.reject(
        new RelayError('internal', `The core did not start in ${startMs} ms.`),
      );
    }, startMs);
    this.#data = data;
    this.#listener = listener;
    try {
      this.#begin();
      const listening = await this.#listening.promise;
      await this.#storeReady.promise;
      this.#isRunning = true;
      return listening;
    } catch (error) {
      await this.terminate();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** A port into the bridge of the relay worker; null while there is none. It closes when the relay dies. */
  bridgePort(): MessagePort | null {
    if (!this.#isRunning || !this.#relay.isAlive) return null;
    const { port1, port2 } = new MessageChannel();
    this.#relay.post({ type: 'bridge-port', port: port2 }, [port2]);
    return port1;
  }

  offerSecrets(offers: readonly SecretOffer[]): void {
    this.#relay.post({ type: 'offer-secrets', offers });
  }

  closeOrphans(startedBefore: number): void {
    if (this.#data !== null) {
      this.#data = { ...this.#data, store: { ...this.#data.store, closesOrphans: true } };
    }
    this.#store.post({ type: 'close-orphans', startedBefore });
  }

  /** Streams first, then what they left to be written. Bounded by the limits; never rejects. */
  async close(): Promise<void> {
    if (this.#data === null) return this.terminate();
    const { stopMs } = this.#options.limits;
    const drainMs = this.#drainMs;
    const relayStopped = this.#relayStopped.promise;
    await this.#relay.stop({ type: 'stop', drainMs }, relayStopped, drainMs + stopMs);
    this.#portClosed.resolve();
    await this.#store.stop({ type: 'stop' }, this.#storeStopped.promise, stopMs);
  }

  /** At once. */
  async terminate(): Promise<void> {
    await Promise.all([this.#relay.terminate(), this.#store.terminate()]);
    this.#portClosed.resolve();
  }

  /** Those that run already, warm, are told now; others when they have started. */
  #begin(): void {
    const isWarm = this.#store.isAlive && this.#relay.isAlive;
    if (this.#store.isAlive) this.#beginWorker('store');
    if (this.#relay.isAlive) this.#beginWorker('relay');
    this.#startThreads();
    if (isWarm) this.#connect();
  }

  #startThreads(): void {
    this.#store.start();
    this.#relay.start();
  }

  #onStarted(worker: 'relay' | 'store'): void {
    if (this.#data === null) return;
    this.#beginWorker(worker);
    this.#connect();
  }

  #beginWorker(worker: 'relay' | 'store'): void {
    if (this.#data === null) return;
    if (worker === 'relay') this.#relay.post({ type: 'begin', data: this.#data.relay });
    else this.#store.post({ type: 'begin', data: this.#data.store });
  }

  #connect(): void {
    if (!this.#relay.isAlive || !this.#store.isAlive) return;
    const { port1, port2 } = new MessageChannel();
    this.#store.post({ type: 'relay-port', port: port1 }, [port1]);
    this.#relay.post({ type: 'store-port', port: port2 }, [port2]);
  }

  #onRelayMessage(message: RelayToHost): void {
    switch (message.type) {
      case 'loaded':
        this.#relayLoaded.resolve();
        break;
      case 'listening':
        this.#onListening(message);
        break;
      case 'log':
        this.#options.writeLog(message.line);
        break;
      case 'settings':
        this.#drainMs = message.settings.drainMs;
        this.#options.onSettings(message.settings);
        break;
      case 'secrets':
        this.#changeRelayData({ secrets: message.offers });
        break;
      case 'yield':
        this.#listener?.onYield(message.version);
        break;
      case 'refused':
        this.#onRefused(message);
        break;
      case 'port-closed':
        this.#portClosed.resolve();
        break;
      case 'stopped':
        this.#relayStopped.resolve();
        break;
    }
  }

  #onListening({ url, port, isChosen }: Listening): void {
    this.#listening.resolve({ url, port, isChosen });
    // Once bound, a restarted relay takes the same port again: clients hold its address.
    const listen = { boundPort: port, patienceMs: 0, ownPort: null, mayChoose: false };
    this.#changeRelayData({ listen });
    this.#onWell('relay');
  }

  #changeRelayData(change: Partial<RelayWorkerData>): void {
    if (this.#data === null) return;
    this.#data = { ...this.#data, relay: { ...this.#data.relay, ...change } };
  }

  #onStoreMessage(message: StoreToHost): void {
    switch (message.type) {
      case 'loaded':
        this.#storeLoaded.resolve();
        break;
      case 'ready':
        this.#storeReady.resolve();
        this.#onWell('store');
        break;
      case 'log':
        this.#options.writeLog(message.line);
        break;
      case 'stopped':
        this.#storeStopped.resolve();
        break;
    }
  }

  // At start it is the answer. Later the cause may pass (a port taken in between, a file being
  // edited), and an address with nothing behind it is the worst state of all: so it is tried again.
  #onRefused({ code, message }: { readonly code: string; readonly message: string }): void {
    const error = new RelayError(isErrorCode(code) ? code : 'internal', message);
    this.#listening.reject(error);
    if (!this.#isRunning) return;
    this.#options.logger.error({ error }, 'the relay worker cannot start again; it is tried again');
    this.#relay.abandon(error);
  }

  #onRelayLost(loss: WorkerLoss, restartInMs: number): void {
    const { error, exitCode } = loss;
    const fields = { error, exitCode, restartInMs };
    this.#options.logger.error(fields, 'the relay worker died; it is started again');
    const message = 'The relay worker died while it started; the log says why.';
    this.#listening.reject(new RelayError('internal', message, { cause: error }));
    this.#onTrouble('relay', loss, restartInMs);
  }

  #onStoreLost(loss: WorkerLoss, restartInMs: number): void {
    const { error, exitCode } = loss;
    const fields = { error, exitCode, restartInMs };
    this.#options.logger.error(fields, 'the store worker died; it is started again');
    // Requests are served without it, so the start goes on.
    this.#storeReady.resolve();
    this.#relay.post({ type: 'store-lost' });
    this.#onTrouble('store', loss, restartInMs);
  }

  #onTrouble(worker: WorkerTrouble['worker'], { error }: WorkerLoss, restartInMs: number): void {
    if (this.#data === null) return;
    const message = error === undefined ? 'it ended by itself' : describeError(error).message;
    const trouble = { worker, message, restartInMs };
    this.#troubles.set(worker, trouble);
    this.#listener?.onTrouble(trouble);
  }

  #onWell(worker: WorkerTrouble['worker']): void {
    if (!this.#troubles.delete(worker)) return;
    const [left] = this.#troubles.values();
    this.#listener?.onTrouble(left ?? null);
  }

  #onPrinted(worker: string, text: string): void {
    for (const line of text.split('\n')) {
      if (line.trim() !== '') this.#options.logger.warn({ worker }, line);
    }
  }
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCatalogue, code);
}
