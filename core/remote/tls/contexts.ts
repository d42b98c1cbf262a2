// What handshakes are made with: CAs, ciphers and a certificate of our own, from the files that the terms name. Kept until one of
// the files changes, because reading CAs takes long.
import { X509Certificate } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import { type FileMarks, fileMarks, sameMarks } from '../../lib/disk/file-mark.ts';
import { longestText, readWholeFile } from '../../lib/disk/read-whole-file.ts';
import { keepNewest } from '../../lib/keep-newest.ts';
import { noRenegotiation } from '../../lib/net/no-renegotiation.ts';
import { reasonOf, UserError } from '../../lib/user-error.ts';
import type { TlsTerms } from './terms.ts';

/** @throws UserError when a file that the terms name cannot be used: the mail waits until the owner has corrected that */
export type ContextFor = (terms: Pick<TlsTerms, 'by' | 'caPath' | 'ciphers' | 'own'>) => SecureContext;

interface Kept {
  readonly context: SecureContext;
  readonly marks: FileMarks;
}

const mostContexts = 32;
const mostCas = 1000;

/** @param home relative paths start there */
export function createContexts(home: string): ContextFor {
  const kept = new Map<string, Kept>();

  return ({ by = 'TLS', caPath, ciphers, own }) => {
    const key = JSON.stringify([caPath, ciphers, own]);
    const path = caPath === undefined || isAbsolute(caPath) ? caPath : join(home, caPath);
    const caFiles = path === undefined ? [] : filesIn(path, by);
    const marks = marksOf([...caFiles, ...(own ? [own.certPath, own.keyPath] : [])]);
    const known = kept.get(key);
    if (known && sameMarks(known.marks, marks)) return known.context;
    const ca = path === undefined ? undefined : caFiles.map(file => readCas(file, by));
    const context = create(by, {
      ...(ca && { ca }),
      ...(ciphers !== undefined && { ciphers }),
      ...(own && readOwn(own)),
      secureOptions: noRenegotiation,
    });
    if (marks) keepNewest(kept, key, { context, marks }, mostContexts);
    return context;
  };
}

/** A directory ends in a slash, as s/qmail has it. */
function filesIn(path: string, by: string): string[] {
  if (!path.endsWith('/')) return [path];
  try {
    return readdirSync(path)
      .filter(name => !name.startsWith('.'))
      .sort()
      .slice(0, mostCas)
      .map(name => join(path, name));
  } catch (error) {
    throw unusable(by, `the directory of CAs ${path}`, error);
  }
}

/** Undefined: a file was changed a moment ago, or cannot be looked at, which reading it will tell. */
function marksOf(paths: readonly string[]): FileMarks | undefined {
  try {
    return fileMarks(paths);
  } catch {
    return undefined;
  }
}

function readCas(path: string, by: string): Buffer {
  try {
    const pem = readWholeFile(path, longestText);
    new X509Certificate(pem);
    return pem;
  } catch (error) {
    throw unusable(by, `the CA file ${path}`, error);
  }
}

function readOwn({ by, certPath, keyPath, password }: NonNullable<TlsTerms['own']>) {
  try {
    const cert = readWholeFile(certPath, longestText);
    const key = keyPath === certPath ? cert : readWholeFile(keyPath, longestText);
    const own = { cert, key, ...(password !== undefined && { passphrase: password }) };
    createSecureContext(own);
    return own;
  } catch (error) {
    throw unusable(by, `the certificate ${certPath} with the key ${keyPath}`, error);
  }
}

function create(by: string, options: Parameters<typeof createSecureContext>[0]): SecureContext {
  try {
    return createSecureContext(options);
  } catch (error) {
    throw unusable(by, `the ciphers ${options?.ciphers}`, error);
  }
}

function unusable(by: string, what: string, error: unknown): UserError {
  return new UserError(`${by}: ${what} cannot be used: ${reasonOf(error)}. Mail waits until that is corrected.`, {
    exitCode: 111,
    cause: error,
  });
}
