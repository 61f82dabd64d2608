#!/usr/bin/env node
// Starts the built command line. This file alone has to parse on any Node, so that one that is too old
// hears what it lacks instead of a syntax error.
import { existsSync } from 'node:fs';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const main = new URL('../dist/main.js', import.meta.url);

if (major < 22 || (major === 22 && minor < 13)) {
  console.error(`RelayCore needs Node >= 22.13; this is ${process.version} (${process.execPath}).`);
  process.exitCode = 1;
} else if (!existsSync(main)) {
  console.error('RelayCore is not built yet: run `npm run build` in the repository first.');
  process.exitCode = 1;
} else {
  await import(main.href);
}
