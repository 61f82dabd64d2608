// The built page, in memory: only names that were found in its folder can be asked for.
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

export interface PageAsset {
  readonly contentType: string;
  readonly body: Buffer;
}

export interface PageAssets {
  /** Null where there is no such file, or no built page at all. */
  find(name: string): Promise<PageAsset | null>;
}

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Reads the folder when the page is first asked for; tries again where that failed. */
export function createPageAssets(directory: string | null): PageAssets {
  let loading: Promise<ReadonlyMap<string, PageAsset>> | null = null;
  return {
    async find(name) {
      if (directory === null) return null;
      loading ??= load(directory);
      const assets = await loading;
      if (assets.size === 0) loading = null;
      return assets.get(name) ?? null;
    },
  };
}

async function load(directory: string): Promise<ReadonlyMap<string, PageAsset>> {
  const names = await readdir(directory).catch(() => []);
  const known = names.filter((name) => contentTypes[extname(name)] !== undefined);
  const entries = known.map(async (name) => {
    const body = await readFile(join(directory, name));
    return [name, { contentType: contentTypes[extname(name)] ?? '', body }] as const;
  });
  return new Map(await Promise.all(entries));
}
