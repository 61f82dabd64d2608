// What is loaded behind the activation, as a bundle of its own: the core, the bridge's client, the
// contract's schemas. Import it by `import()` only; classes of the other bundle are not the same here.
export { startOwnCore } from './core-host/own-core.ts';
export { answerPage } from './dashboard/answer-page.ts';
