// The declared entry of discovery: which core leads on this machine, and whether it is really ours.
export { findCore, type CoreSearch } from './find-core.ts';
export { isProof, proveCore } from './prove-core.ts';
export { readControlToken, readInstance } from './data-home-files.ts';
