import { MessageChannel } from 'node:worker_threads';
import { errorCatalogue, type ErrorCode } from '../contract/error-codes.ts';
import { RelayError } from '../domain/relay-error.ts';
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

export const workerLimits: WorkerLimits = { startMs: 30_000, drainMs: 4000, stopMs: 5000 };

export interface CoreWorkersOptions {
  readonly urls: WorkerUrls;
  readonly relayData: RelayWorkerData;
  readonly storeData: StoreWorkerData;
  readonly backOff: BackOffOptions;
  readonly limits: WorkerLimits;
  readonly logger: Logger;
  /** Takes the workers' own log lines. */
  writeLog(line: string): void;
  /** Before the core listens, and whenever they change. */
  onSettings(settings: HostSettings): void;
}

export interface Listening {
  readonly url: string;
  readonly port: number;
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
  readonly #relayStopped = Promise.withResolvers<void>();
  readonly #storeStopped = Promise.withResolvers<void>();
  #isRunning = false;
  #drainMs: number;
  /** Once bound, a restarted relay takes the same port again: clients hold its address. */
  #port: number | null;

  constructor(options: CoreWorkersOptions) {
    this.#options = options;
    this.#port = options.relayData.portOverride;
    this.#drainMs = options.limits.drainMs;
    const common = {
      backOff: options.backOff,
      onStarted: () => this.#connect(),
    };
    this.#relay = new SupervisedWorker({
      ...common,
      name: 'relay',
      url: options.urls.relay,
      workerData: () => ({ ...options.relayData, portOverride: this.#port }),
      onMessage: (message) => this.#onRelayMessage(message),
      onLost: (loss, restartInMs) => this.#onRelayLost(loss, restartInMs),
      onPrinted: (text) => this.#onPrinted('relay', text),
    });
    this.#store = new SupervisedWorker({
      ...common,
      name: 'store',
      url: options.urls.store,
      workerData: () => options.storeData,
      onMessage: (message) => this.#onStoreMessage(message),
      onLost: (loss, restartInMs) => this.#onStoreLost(loss, restartInMs),
      onPrinted: (text) => this.#onPrinted('store', text),
    });
    // Whoever is not waiting for it any more need not hear of it.
    this.#listening.promise.catch(() => undefined);
  }

  /** Resolves when the core listens; RelayError with what to do where it cannot. Then all is ended. */
  async start(): Promise<Listening> {
    const { startMs } = this.#options.limits;
    const timer = setTimeout(() => {
      this.#storeReady.resolve();
      this.#listening.reject(
        new RelayError('internal', `The core did not start in ${startMs} ms.`),
      );
    }, startMs);
    try {
      this.#store.start();
      this.#relay.start();
      const listening = await this.#listening.promise;
      await this.#storeReady.promise;
      this.#isRunning = true;
      return listening;
    } catch (error) {
      await Promise.all([this.#relay.terminate(), this.#store.terminate()]);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Streams first, then what they left to be written. Bounded by the limits; never rejects. */
  async close(): Promise<void> {
    const { stopMs } = this.#options.limits;
    const drainMs = this.#drainMs;
    const relayStopped = this.#relayStopped.promise;
    await this.#relay.stop({ type: 'stop', drainMs }, relayStopped, drainMs + stopMs);
    await this.#store.stop({ type: 'stop' }, this.#storeStopped.promise, stopMs);
  }

  #connect(): void {
    if (!this.#relay.isAlive || !this.#store.isAlive) return;
    const { port1, port2 } = new MessageChannel();
    this.#store.post({ type: 'relay-port', port: port1 }, [port1]);
    this.#relay.post({ type: 'store-port', port: port2 }, [port2]);
  }

  #onRelayMessage(message: RelayToHost): void {
    switch (message.type) {
      case 'listening':
        this.#port = message.port;
        this.#listening.resolve({ url: message.url, port: message.port });
        break;
      case 'log':
        this.#options.writeLog(message.line);
        break;
      case 'settings':
        this.#drainMs = message.settings.drainMs;
        this.#options.onSettings(message.settings);
        break;
      case 'refused':
        this.#onRefused(message);
        break;
      case 'stopped':
        this.#relayStopped.resolve();
        break;
    }
  }

  #onStoreMessage(message: StoreToHost): void {
    switch (message.type) {
      case 'ready':
        this.#storeReady.resolve();
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
    this.#relay.abandon();
  }

  #onRelayLost(loss: WorkerLoss, restartInMs: number): void {
    const { error, exitCode } = loss;
    const fields = { error, exitCode, restartInMs };
    this.#options.logger.error(fields, 'the relay worker died; it is started again');
    const message = 'The relay worker died while it started; the log says why.';
    this.#listening.reject(new RelayError('internal', message, { cause: error }));
  }

  #onStoreLost(loss: WorkerLoss, restartInMs: number): void {
    const { error, exitCode } = loss;
    const fields = { error, exitCode, restartInMs };
    this.#options.logger.error(fields, 'the store worker died; it is started again');
    // Requests are served without it, so the start goes on.
    this.#storeReady.resolve();
    this.#relay.post({ type: 'store-lost' });
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
