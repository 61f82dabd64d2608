// The declared entry of the bridge's contract. The server checks by these schemas, the client is typed
// by them, the reference page is made from them.
export * from './cache-calls.ts';
export * from './call-notes.ts';
export * from './chat.ts';
export * from './core-calls.ts';
export * from './events.ts';
export * from './handlers.ts';
export * from './messages.ts';
export * from './page.ts';
export * from './protocol.ts';
export * from './settings-calls.ts';
export * from './usage-calls.ts';
