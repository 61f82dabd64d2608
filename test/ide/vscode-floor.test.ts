// The same suites in the oldest VS Code that the extension admits.
import { floorEdition } from './editor/edition.ts';
import { inHostSuite } from './suites/in-host.ts';
import { installedExtensionSuite } from './suites/installed-extension.ts';

describe('in VS Code 1.105', () => {
  installedExtensionSuite(floorEdition);
  inHostSuite(floorEdition);
});
