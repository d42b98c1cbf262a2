// Files about TLS to other hosts that cannot be followed: mail for these hosts waits.
import { statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { parseDomainCert } from '../domain-certs.ts';
import { parseTlsDestination } from '../tls-destinations.ts';
import type { ControlTexts, Entry } from './control-text.ts';
import { printable } from './describe.ts';
import { type Finding, findingsIn } from './finding.ts';

const readableByOthers = 0o004;

/** @param texts the control files of the home */
export function checkTls(home: string, texts: ControlTexts): Finding[] {
  return [
    ...texts.entries('tlsdestinations').flatMap(entry => checkDestination(home, entry) ?? []),
    ...texts.entries('domaincerts').flatMap(entry => checkDomainCert(home, entry) ?? []),
    ...checkClientCert(home, texts),
  ];
}

function checkDestination(home: string, { text, line }: Entry): Finding | undefined {
  const { warning } = findingsIn('tlsdestinations');
  const colon = text.indexOf(':');
  if (colon < 0) {
    return warning('no-colon', 'The line has no colon and is ignored. Write host: or host:cafile.', line);
  }
  const key = text.slice(0, colon);
  const parsed = parseTlsDestination(key, text.slice(colon + 1), line);
  const waits = `Mail for ${printable(key)} waits`;
  if (parsed.kind === 'broken') return warning('bad-tls-line', `${waits}: ${parsed.why}`, line);
  const { caPath } = parsed;
  if (caPath === undefined || exists(home, caPath)) return undefined;
  return warning('no-ca-file', `${waits}: there is no ${printable(caPath)}. Correct the path of the CAs.`, line);
}

function checkDomainCert(home: string, { text, line }: Entry): Finding | undefined {
  const { warning } = findingsIn('domaincerts');
  const colon = text.indexOf(':');
  if (colon < 0) {
    return warning('no-colon', 'The line has no colon and is ignored. Write senderdomain:certfile|keyfile.', line);
  }
  const { certPath, keyPath } = parseDomainCert(text.slice(colon + 1));
  const missing = [certPath, keyPath].find(path => path !== '' && !exists(home, path));
  if (missing === undefined) return undefined;
  const advice = `Mail from ${printable(text.slice(0, colon))} waits: there is no ${printable(missing)}. Correct the path.`;
  return warning('no-certificate', advice, line);
}

function checkClientCert(home: string, { names }: ControlTexts): Finding[] {
  if (!names.includes('clientcert.pem') || process.platform === 'win32') return [];
  const path = join(home, 'control', 'clientcert.pem');
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  if ((mode & readableByOthers) === 0) return [];
  const text = `Everyone on this machine can read the key in it. Run: chmod o-r ${path}`;
  return [findingsIn('clientcert.pem').warning('key-readable', text)];
}

/** Relative paths start in the home; with a NUL there is no file. */
function exists(home: string, path: string): boolean {
  if (path.includes('\0')) return false;
  return statSync(isAbsolute(path) ? path : join(home, path), { throwIfNoEntry: false }) !== undefined;
}
