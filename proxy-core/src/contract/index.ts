// The declared entry of the contract: what other processes may know of the core.
export * from './error-codes.ts';
export * from './names.ts';
export * from './analytics.ts';
export * from './no-usage-sums.ts';
export * from './control.ts';
