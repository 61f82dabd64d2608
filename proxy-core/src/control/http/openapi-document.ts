import type { ControlApplication } from './endpoint.ts';

/** The document of everything that is mounted; the same for every core of this build. */
export function describeApi(application: ControlApplication): Record<string, unknown> {
  const document = application.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'RelayCore control plane',
      // The version of the contract; that of the core is in /health.
      version: '1.0.0',
      description:
        'What IDEs, the command line and the page ask of a running core. The control token is in the file `token` of the data folder. Client tokens of assistants do not open it.',
      license: { name: 'MIT', url: 'https://spdx.org/licenses/MIT.html' },
    },
    servers: [{ url: 'http://127.0.0.1:7352' }],
    security: [{ bearer: [] }],
  });
  return {
    ...document,
    components: {
      ...document.components,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'The control token, or a session.' },
      },
    },
  };
}
