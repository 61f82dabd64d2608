// Which folder may import which. The table is ARCHITECTURE.md's picture as data; the rules are made
// from it. Tests beside the code and the `testing/` folders that serve them are
// free to import what they need, product code is not.

const SOURCE = '^proxy-core/src/';
/** Everything of ours, whatever package it is in. */
const OURS = '^(proxy-core|jetbrains-bridge|webview-ui|extensions/[^/]+|test)/';
const PRODUCT = '^(proxy-core|jetbrains-bridge|webview-ui|extensions/[^/]+)/src/';
const CONTRACT = `${SOURCE}contract/`;
const TEST = '([.]test[.]ts$|/testing/)';

/** The port that a stage declares for its storage: a back end and the control plane may know it. */
const PORTS = 'pipeline/[^/]+/[a-z-]*port[.]ts$';

const DISCOVERY = '^jetbrains-bridge/src/discovery/';

/**
 * Each layer of proxy-core with the other layers that it may import (its own folder always). Whoever
 * knows the domain may know the contract, whose names it is made of; and the platform is a kit that
 * knows nothing of RelayCore, so that it can be everybody's.
 */
export const layers = {
  contract: [],
  platform: [],
  domain: ['contract/'],
  dialects: ['domain/', 'platform/', 'contract/'],
  providers: ['domain/', 'platform/', 'contract/'],
  backends: ['domain/', 'platform/', 'contract/', PORTS],
  control: ['contract/', 'domain/', 'platform/', PORTS],
  settings: ['contract/', 'domain/', 'platform/', PORTS],
  // Cores find and prove each other like every client of the bridge.
  host: ['contract/', 'domain/', 'platform/', 'workers/protocol[.]ts$', DISCOVERY],
  cli: [
    'contract/',
    'settings/',
    'domain/',
    'platform/',
    'backends/',
    'host/',
    'composition[.]ts$',
  ],
};

/** These construct things or hold a thread's start, and may import everything. */
export const compositionRoots = ['composition.ts', 'main.ts', 'workers', 'pipeline'];

const layerRules = Object.entries(layers).map(([layer, allowed]) => ({
  name: `layer-${layer}`,
  comment: `${layer}/ may import ${allowed.length === 0 ? 'nothing' : allowed.join(', ')} and itself`,
  severity: 'error',
  from: { path: `${SOURCE}${layer}/`, pathNot: TEST },
  to: {
    path: OURS,
    pathNot: [layer + '/', ...allowed].map((path) => (path === DISCOVERY ? path : SOURCE + path)),
  },
}));

const pipelineRules = [
  {
    name: 'stages-stand-alone',
    comment: 'a stage imports its own folder, domain, platform and contract, never another stage',
    severity: 'error',
    from: { path: `${SOURCE}pipeline/([^/]+)/`, pathNot: TEST },
    to: {
      path: OURS,
      pathNot: [`${SOURCE}pipeline/$1/`, `${SOURCE}(domain|platform|contract)/`],
    },
  },
  {
    name: 'pipeline-order-knows-stages-only',
    comment: 'relay.ts writes down the order: it imports the types of stages and of the domain',
    severity: 'error',
    from: { path: `${SOURCE}pipeline/[^/]+[.]ts$`, pathNot: TEST },
    to: {
      path: OURS,
      pathNot: [`${SOURCE}pipeline/`, `${SOURCE}(domain|contract)/`],
    },
  },
];

const rootRules = [
  {
    name: 'main-starts-the-command-line',
    comment: 'main.ts reads the environment and hands over to cli/ or composition.ts',
    severity: 'error',
    from: { path: `${SOURCE}main[.]ts$` },
    to: {
      path: OURS,
      pathNot: [`${SOURCE}cli/`, `${SOURCE}composition[.]ts$`],
    },
  },
  {
    name: 'tests-are-not-product',
    comment: 'product code never imports a test or its support',
    severity: 'error',
    from: { path: PRODUCT, pathNot: TEST },
    to: { path: [TEST, '^test/', '^scripts/'] },
  },
  {
    name: 'others-see-the-contract',
    comment:
      'outside proxy-core only its contract is known; an IDE’s core-host/ starts a core as well',
    severity: 'error',
    from: {
      path: '^(webview-ui|extensions/[^/]+)/src/',
      pathNot: [TEST, '^extensions/[^/]+/src/core-host/'],
    },
    to: { path: '^proxy-core/', pathNot: CONTRACT },
  },
  {
    name: 'core-hosts-start-a-core',
    comment: 'where a core runs inside an IDE: contract and composition.ts, nothing behind it',
    severity: 'error',
    from: { path: '^extensions/[^/]+/src/core-host/', pathNot: TEST },
    to: { path: '^proxy-core/', pathNot: [CONTRACT, `${SOURCE}composition[.]ts$`] },
  },
  {
    name: 'the-bridge-knows-the-contract',
    comment: 'the bridge carries messages: whoever uses it hands in what it needs',
    severity: 'error',
    from: { path: '^jetbrains-bridge/src/', pathNot: TEST },
    to: { path: OURS, pathNot: ['^jetbrains-bridge/src/', CONTRACT] },
  },
  {
    name: 'ends-of-the-bridge-stand-alone',
    comment: 'a client needs no server and a server no client: each ships where it runs',
    severity: 'error',
    from: { path: '^jetbrains-bridge/src/(client|server|discovery)/', pathNot: TEST },
    to: {
      path: '^jetbrains-bridge/src/(client|server|discovery)/',
      pathNot: [
        '^jetbrains-bridge/src/$1/',
        // A client looks for its core first.
        '^jetbrains-bridge/src/discovery/',
      ],
    },
  },
  {
    name: 'clients-use-the-client',
    comment: 'the server of the bridge belongs into the core',
    severity: 'error',
    from: { path: '^(webview-ui|extensions/[^/]+)/src/', pathNot: TEST },
    to: { path: '^jetbrains-bridge/src/server/' },
  },
];

const packageRules = [
  {
    name: 'contract-is-zod-only',
    comment: 'other processes load the contract: schemas, nothing that needs more than zod',
    severity: 'error',
    from: { path: `${SOURCE}contract/`, pathNot: TEST },
    to: { path: 'node_modules/', pathNot: 'node_modules/zod/' },
  },
  {
    name: 'no-input-output-in-the-vocabulary',
    comment: 'contract and domain do no I/O, so they import no Node module',
    severity: 'error',
    from: { path: `${SOURCE}(contract|domain)/`, pathNot: TEST },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'the-page-is-no-node-program',
    comment: 'webview-ui runs in a browser',
    severity: 'error',
    from: { path: '^webview-ui/src/', pathNot: TEST },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'the-core-knows-no-editor',
    comment: 'core and bridge run headless as well',
    severity: 'error',
    from: { path: '^(proxy-core|jetbrains-bridge)/src/' },
    to: { path: '^vscode$' },
  },
  {
    name: 'no-development-dependency',
    comment: 'what ships is listed in the dependencies of its package',
    severity: 'error',
    from: { path: '^(proxy-core|jetbrains-bridge)/src/', pathNot: TEST },
    to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
  },
];

const generalRules = [
  {
    name: 'no-circular',
    comment: 'two modules that need each other are one module, or three',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  {
    name: 'not-resolvable',
    comment: 'an import that leads nowhere hides from every other rule',
    severity: 'error',
    from: {},
    // VS Code hands its own module to extensions; no package holds it.
    to: { couldNotResolve: true, pathNot: '^vscode$' },
  },
];

export default {
  forbidden: [...layerRules, ...pipelineRules, ...rootRules, ...packageRules, ...generalRules],
  options: {
    // Without swc dependency-cruiser finds no TypeScript that it knows and reports 0 modules, all well.
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
  },
};
