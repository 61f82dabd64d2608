// Which paths belong to the control plane, so that the server in front can hand them over.

const exact = new Set(['/health', '/metrics', '/openapi.json']);

/** Everything below these. Paths of later endpoints are kept free: they answer 404 until then. */
const folders = [
  '/documentation',
  '/ui',
  '/v1/ui',
  '/v1/cache',
  '/v1/analytics',
  '/v1/config',
  '/v1/tokens',
  '/v1/budgets',
  '/v1/batch',
  '/admin',
  '/dashboard',
];

/** `path` without its query. */
export function isControlPath(path: string): boolean {
  if (exact.has(path)) return true;
  return folders.some((folder) => {
    if (!path.startsWith(folder)) return false;
    return path.length === folder.length || path.charCodeAt(folder.length) === 0x2f;
  });
}
