import type { ExtensionContext } from 'vscode';

/** Of the installed extension, as its package.json says. */
export function ownVersion({ extension }: Pick<ExtensionContext, 'extension'>): string {
  const manifest: unknown = extension.packageJSON;
  const hasVersion = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return hasVersion ? String(manifest.version) : 'unknown';
}
