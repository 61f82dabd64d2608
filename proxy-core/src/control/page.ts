// GET /ui: the page and its files. They hold nothing secret, so no token is needed for them.
import { z } from '@hono/zod-openapi';
import { RelayError } from '../domain/relay-error.ts';
import { createRoute, type ControlEndpoint } from './http/endpoint.ts';
import { pagePolicy } from './http/security-headers.ts';
import { createPageAssets, type PageAssets } from './page/page-assets.ts';
import type { ControlDependencies } from './ports.ts';

/** Stands in index.html wherever the nonce of this one answer belongs. */
const noncePlaceholder = '__NONCE__';

const entryRoute = createRoute({
  method: 'get',
  path: '/ui',
  hide: true,
  responses: { 308: { description: 'To `/ui/`, below which the page names its files.' } },
});

const pageRoute = createRoute({
  method: 'get',
  path: '/ui/',
  hide: true,
  responses: { 200: { description: 'The page.' } },
});

const fileRoute = createRoute({
  method: 'get',
  path: '/ui/{file}',
  hide: true,
  request: { params: z.object({ file: z.string() }) },
  responses: { 200: { description: 'A file of the page.' } },
});

type PageDependencies = Pick<ControlDependencies, 'uiDirectory' | 'random'>;

export function page({ uiDirectory, random }: PageDependencies): readonly ControlEndpoint[] {
  const assets = createPageAssets(uiDirectory);
  return [entryEndpoint(), pageEndpoint(assets, random), fileEndpoint(assets)];
}

/** The target is relative, so that the page also works behind a forwarded path. */
function entryEndpoint(): ControlEndpoint {
  return {
    access: 'public',
    ...entryRoute,
    mount: (application) =>
      application.openapi(entryRoute, (context) => context.redirect('ui/', 308)),
  };
}

function pageEndpoint(assets: PageAssets, random: PageDependencies['random']): ControlEndpoint {
  return {
    access: 'public',
    ...pageRoute,
    mount: (application) =>
      application.openapi(pageRoute, async (context) => {
        const index = await assets.find('index.html');
        if (index === null) {
          throw new RelayError('not_found', 'This build has no page. Run `npm run build` for it.');
        }
        const nonce = Buffer.from(random.bytes(16)).toString('base64');
        const html = index.body.toString('utf8').replaceAll(noncePlaceholder, nonce);
        return context.body(html, 200, {
          'Content-Type': index.contentType,
          'Content-Security-Policy': pagePolicy(nonce),
        });
      }),
  };
}

function fileEndpoint(assets: PageAssets): ControlEndpoint {
  return {
    access: 'public',
    ...fileRoute,
    mount: (application) =>
      application.openapi(fileRoute, async (context) => {
        const { file } = context.req.valid('param');
        const asset = file === 'index.html' ? null : await assets.find(file);
        if (asset === null) throw new RelayError('not_found', 'There is no such file of the page.');
        return context.body(new Uint8Array(asset.body), 200, { 'Content-Type': asset.contentType });
      }),
  };
}
