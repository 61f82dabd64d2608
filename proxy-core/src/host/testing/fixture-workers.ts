// Small stand-ins for the two workers, as data URLs: they speak the protocol and obey messages that
// tests send over HTTP, so that supervision is tested with real threads and without the product's.
import type { WorkerUrls } from '../core-workers.ts';

/** Listens, proves itself on /health, and does what the path says: /die, /print, /peer (ask the store), /yield. */
const relay = `
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { parentPort } from 'node:worker_threads';
if (process.env.FIXTURE_RELAY === 'dies at start') throw new TypeError('cannot start');
let workerData = null;
let store = null;
let losses = 0;
const answers = [];
const secrets = [];
const server = createServer((request, response) => {
  response.setHeader('connection', 'close');
  const url = new URL(request.url, 'http://x');
  if (url.pathname === '/health') {
    const nonce = url.searchParams.get('nonce') ?? '';
    const proof = createHmac('sha256', workerData.controlToken).update(nonce).digest('hex');
    response.end(JSON.stringify({ status: 'ok', version: '0', proof }));
  } else if (url.pathname === '/die') {
    response.end('dying', () => setImmediate(() => { throw new RangeError('told to die'); }));
  } else if (url.pathname === '/print') {
    console.log('printed by a library');
    response.end();
  } else if (url.pathname === '/peer') {
    if (store === null) return response.end(JSON.stringify({ store: null, losses }));
    answers.push((store) => response.end(JSON.stringify({ store, losses })));
    store.postMessage(url.searchParams.get('say') ?? 'who');
  } else if (url.pathname === '/yield') {
    response.end();
    parentPort.postMessage({ type: 'yield', version: url.searchParams.get('to') });
  } else if (url.pathname === '/secrets') {
    response.end(JSON.stringify(secrets));
  } else if (url.pathname === '/slow') {
    setTimeout(() => response.end('slow but whole'), 300);
  } else response.end(JSON.stringify({ environment: workerData.environment }));
});
parentPort.on('message', (message) => {
  if (message.type === 'begin') begin(message.data);
  else if (message.type === 'bridge-port') message.port.postMessage('bridge of ' + workerData.epoch);
  else if (message.type === 'offer-secrets') secrets.push(...message.offers);
  else if (message.type === 'store-port') {
    store = message.port;
    store.on('message', (answer) => answers.shift()?.(answer));
    store.unref();
  } else if (message.type === 'store-lost') {
    store = null;
    answers.length = 0;
    losses += 1;
  } else if (message.type === 'stop') {
    if (process.env.FIXTURE_RELAY === 'never stops') return;
    server.close(() => parentPort.postMessage({ type: 'stopped' }));
    server.closeIdleConnections();
    parentPort.postMessage({ type: 'port-closed' });
  }
});
parentPort.postMessage({ type: 'loaded' });

function begin(data) {
  workerData = data;
  secrets.push(...data.secrets);
  const meant = data.listen.boundPort ?? data.portOverride ?? 0;
  const deadline = Date.now() + data.listen.patienceMs;
  const listen = () => server.listen(meant, '127.0.0.1');
  server.on('error', () => {
    if (Date.now() < deadline) return setTimeout(listen, 10);
    const message = 'Port ' + meant + ' is taken.';
    parentPort.postMessage({ type: 'refused', code: 'conflict', message });
  });
  server.once('listening', () => {
    const { port } = server.address();
    const settings = { drainMs: 900, logLevel: 'info', maxLogFileMb: 1, maxLogFiles: 2 };
    if (process.env.FIXTURE_RELAY !== 'never stops') parentPort.postMessage({ type: 'settings', settings });
    parentPort.postMessage({ type: 'log', line: '{"msg":"relay speaks"}\\n' });
    parentPort.postMessage({ type: 'listening', url: 'http://127.0.0.1:' + port, port, isChosen: false });
  });
  listen();
}
`;

/** Answers its thread's id over the channel; dies when told so. */
const store = `
import { parentPort, threadId } from 'node:worker_threads';
if (process.env.FIXTURE_STORE === 'dies at start') throw new TypeError('cannot start');
parentPort.on('message', (message) => {
  if (message.type === 'begin') return parentPort.postMessage({ type: 'ready' });
  if (message.type === 'close-orphans') return;
  if (message.type === 'stop') return parentPort.postMessage({ type: 'stopped' });
  message.port.on('message', (text) => {
    if (text === 'die') throw new RangeError('told to die');
    message.port.postMessage(threadId);
  });
});
parentPort.postMessage({ type: 'loaded' });
`;

export const fixtureWorkers: WorkerUrls = { relay: asUrl(relay), store: asUrl(store) };

function asUrl(source: string): URL {
  return new URL(`data:text/javascript,${encodeURIComponent(source)}`);
}
