// Keeps the page's files in memory, each once, however many clients read it slowly. Notices a new build.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type PageFile, readPageFile } from '../page/files.ts';

/** @returns the file of a URL's path, as `readPageFile` finds it */
export function createFileCache(rendererDir: string): (urlPath: string) => Promise<PageFile | undefined> {
  const kept = new Map<string, { readonly mark: string; readonly file: PageFile }>();

  return async urlPath => {
    const before = kept.get(urlPath);
    if (before && before.mark === (await markOf(urlPath))) return before.file;
    const file = await readPageFile(rendererDir, urlPath);
    // Only files that exist are cached: the names come from clients.
    if (file) kept.set(urlPath, { mark: await markOf(urlPath), file });
    return file;
  };

  async function markOf(urlPath: string): Promise<string> {
    const { mtimeMs, size } = await stat(join(rendererDir, urlPath === '/' ? 'index.html' : urlPath)).catch(() => gone);
    return `${mtimeMs} ${size}`;
  }
}

const gone = { mtimeMs: 0, size: 0 };
