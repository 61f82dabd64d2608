// The control plane: what people and programs ask about the core, apart from the models' traffic.
// Host and Origin were checked by the server in front; here come token, validation and answer.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { OpenAPIHono } from '@hono/zod-openapi';
import { RelayError } from '../domain/relay-error.ts';
import { requireAccess } from './access/require-access.ts';
import { createEndpoints } from './endpoints.ts';
import type { ControlApplication, ControlEndpoint, ControlEnvironment } from './http/endpoint.ts';
import { answerError, asRelayError, describeInvalid } from './http/error-answer.ts';
import { readBody } from './http/read-body.ts';
import { commonHeaders, securityHeaders } from './http/security-headers.ts';
import type { ControlDependencies } from './ports.ts';

const maxBodyBytes = 1024 * 1024;

/** Answers every request that it is given; never throws. */
export function createControlPlane(
  dependencies: ControlDependencies,
): (request: IncomingMessage, response: ServerResponse) => void {
  const application = createControlApplication(dependencies);
  const listener = getRequestListener((request, bindings) => application.fetch(request, bindings), {
    // The core shares its process with an IDE: nobody's globals are replaced.
    overrideGlobalObjects: false,
    errorHandler: () =>
      Response.json(
        { error: { code: 'bad_request', message: 'This is not a valid request.' } },
        { status: 400 },
      ),
  });
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (await takeBody(request)) await listener(request, response);
    else refuseLargeBody(response);
  };
  return (request, response) => {
    handle(request, response).catch((error: unknown) => {
      const hasLeft = request.destroyed && !request.complete;
      const path = request.url?.split('?')[0] ?? '';
      if (!hasLeft) dependencies.reportFault(error, { method: request.method ?? '', path });
      response.destroy();
    });
  };
}

function createControlApplication(dependencies: ControlDependencies): ControlApplication {
  const { gate } = dependencies;
  const application: ControlApplication = new OpenAPIHono<ControlEnvironment>({
    defaultHook: (result) => {
      if (result.success) return;
      throw new RelayError('bad_request', describeInvalid(result.target, result.error));
    },
  });
  application.use(securityHeaders());
  const endpoints = createEndpoints({ ...dependencies, ...gate });
  for (const endpoint of endpoints) {
    const access = requireAccess(gate, endpoint.access);
    application.on(endpoint.method, routingPath(endpoint), access);
    endpoint.mount(application);
  }
  answerFailures(application, endpoints, dependencies.reportFault);
  return application;
}

function answerFailures(
  application: ControlApplication,
  endpoints: readonly ControlEndpoint[],
  reportFault: ControlDependencies['reportFault'],
): void {
  application.notFound((context) => {
    const methods = methodsAt(endpoints, context.req.path);
    if (methods.length === 0) {
      return answerError(new RelayError('not_found', 'There is nothing at this path.'));
    }
    const allow = methods.join(', ');
    const message = `This path does not take ${context.req.method}, but ${allow}.`;
    const answer = answerError(new RelayError('method_not_allowed', message));
    answer.headers.set('Allow', allow);
    return answer;
  });
  application.onError((thrown, context) => {
    const { error, isFault } = asRelayError(thrown);
    if (isFault) reportFault(thrown, { method: context.req.method, path: context.req.path });
    return answerError(error);
  });
}

/** Before Hono, whose own limit needs the global Request to be node-server's. */
async function takeBody(request: IncomingMessage): Promise<boolean> {
  if (request.method === 'GET' || request.method === 'HEAD') return true;
  const rawBody = await readBody(request, maxBodyBytes);
  if (rawBody === null) return false;
  // Where node-server looks for a body that was read already.
  Object.assign(request, { rawBody });
  return true;
}

function refuseLargeBody(response: ServerResponse): void {
  const error = new RelayError('body_too_large', 'The control plane takes bodies of up to 1 MB.');
  const { code, message, status } = error;
  response.writeHead(status, {
    ...commonHeaders,
    'Content-Type': 'application/json',
    Connection: 'close',
  });
  response.end(JSON.stringify({ error: { code, message } }));
}

function routingPath({ path }: ControlEndpoint): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

function methodsAt(endpoints: readonly ControlEndpoint[], path: string): string[] {
  const methods = endpoints
    .filter((endpoint) => pathPattern(endpoint).test(path))
    .flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]));
  return [...new Set(methods)];
}

function pathPattern({ path }: ControlEndpoint): RegExp {
  return new RegExp(`^${path.replaceAll('.', '[.]').replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}
