// The files of the built page (dist/renderer) by their path in a URL. Nothing outside that directory can be named.
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { errorCode } from '../../core/lib/user-error.ts';

/** A file of the page, ready to be sent. */
export interface PageFile {
  readonly raw: Uint8Array<ArrayBuffer>;
  readonly type: string;
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.woff2': 'font/woff2',
};

/**
 * The file for a URL's path; `/` is index.html.
 * @returns undefined when there is no such file, or when the path could mean anything but a file of the page
 */
export async function readPageFile(rendererDir: string, urlPath: string): Promise<PageFile | undefined> {
  const names = urlPath === '/' ? ['index.html'] : urlPath.split('/').slice(1);
  if (!names.every(isPlainName)) return undefined;
  const type = types[extname(names.at(-1) ?? '')];
  if (!type) return undefined;
  try {
    return { raw: new Uint8Array(await readFile(join(rendererDir, ...names))), type };
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(errorCode(error) ?? '')) return undefined;
    throw error;
  }
}

/** Letters, digits, `.`, `_`, `-`, not starting with a dot: no parent directory, no hidden file, no escape, no drive. */
function isPlainName(name: string): boolean {
  return /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(name);
}
