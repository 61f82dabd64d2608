// `npm start`: installs and builds what is not, then runs the core; `npm start -- --ide` opens the
// extension in a real VS Code instead.
import { build, install, isBuilt, isInstalled } from './installation.mjs';
import { prepareStep } from './prepare-step.mjs';
import { startCore } from './start-core.mjs';
import { startIde } from './start-ide.mjs';

if (!isInstalled()) await prepareStep('Installing the dependencies', install);
if (!isBuilt()) await prepareStep('Building', build);
const isIde = process.argv.some((argument) => /^--ide(=|$)/.test(argument));
await (isIde ? startIde() : startCore());
