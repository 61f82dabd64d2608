// Every suite in the newest VS Code that this repository knows.
import { newestEdition } from './editor/edition.ts';
import { inHostSuite } from './suites/in-host.ts';
import { installedExtensionSuite } from './suites/installed-extension.ts';

describe('in VS Code 1.139', () => {
  installedExtensionSuite(newestEdition);
  inHostSuite(newestEdition);
});
