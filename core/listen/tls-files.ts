// The home's certificate for TLS: tls/cert.pem (with its chain) and tls/key.pem, read again when they change.
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { markOf, racy } from '../lib/disk/file-mark.ts';
import { longestText, readWholeFile } from '../lib/disk/read-whole-file.ts';
import type { LogLine } from '../lib/log.ts';
import { reasonOf } from '../lib/user-error.ts';

/** A certificate with its chain, and its key, in PEM: they belong together. */
export interface TlsFiles {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** @returns a function that returns the files as they are now, the same value until they change; undefined: no TLS */
export function createTlsFiles(home: string, log: LogLine): () => TlsFiles | undefined {
  const [certPath, keyPath] = [join(home, 'tls', 'cert.pem'), join(home, 'tls', 'key.pem')];
  let seen: { readonly mark: string; readonly files: TlsFiles | undefined } | undefined;

  function read(): TlsFiles | undefined {
    try {
      const files = { cert: readWholeFile(certPath, longestText), key: readWholeFile(keyPath, longestText) };
      createSecureContext(files);
      return files;
    } catch (error) {
      log(`alert: no TLS: tls/cert.pem and tls/key.pem cannot be used: ${reasonOf(error)}`);
      return undefined;
    }
  }

  return () => {
    const nowMs = Date.now();
    const marks = [certPath, keyPath].map(path => markOf(path, nowMs));
    if (marks.includes('missing')) return undefined;
    const mark = marks.join(' ');
    if (marks.includes(racy) || seen?.mark !== mark) seen = { mark, files: read() };
    return seen.files;
  };
}
