// The certificates of this host: whether each is valid and for how long, whether its name, chain and key are right.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { rootCertificates } from 'node:tls';
import type { Check } from '../../api/checks.ts';
import { printable } from '../../control/check/describe.ts';
import type { Control } from '../../control/control.ts';
import { readWholeFile } from '../../lib/disk/read-whole-file.ts';
import { localMinute } from '../../lib/text/local-time.ts';
import { reasonOf } from '../../lib/user-error.ts';
import { about } from './run-check.ts';

const dayMs = 86_400_000;
const warnDays = 14;
const mostBytes = 1024 * 1024;
const mostInChain = 20;
const mostFiles = 50;

/** A certificate's files, and what they are for. */
interface OwnFiles {
  /** As people know it. */
  readonly shown: string;
  readonly certPath: string;
  readonly keyPath: string;
  readonly password: string | undefined;
  /** The name that clients look for; undefined: nobody compares it. */
  readonly name: string | undefined;
}

/** @param control the names of the host, and the certificates that it shows to other hosts */
export function checkCertificates(home: string, control: Pick<Control, 'me' | 'domainCerts'>, nowMs: number): Check[] {
  const all = filesOf(home, control);
  if (all.length > 0) return all.slice(0, mostFiles).flatMap(files => checkFiles(files, nowMs));
  const { fine } = about('certificate', 'Certificates');
  return [fine('There is no tls/cert.pem: SMTP and POP3 are offered without TLS.')];
}

function filesOf(home: string, { me, domainCerts }: Pick<Control, 'me' | 'domainCerts'>): OwnFiles[] {
  const inHome = (path: string) => (isAbsolute(path) ? path : join(home, path));
  const one = (shown: string, certPath: string, keyPath: string, some: Partial<OwnFiles> = {}): OwnFiles => ({
    ...{ shown, password: undefined, name: undefined, ...some },
    ...{ certPath: inHome(certPath), keyPath: inHome(keyPath) },
  });
  const fixed = [
    one('tls/cert.pem', 'tls/cert.pem', 'tls/key.pem', { name: me }),
    one('control/clientcert.pem', 'control/clientcert.pem', 'control/clientcert.pem'),
  ].filter(({ certPath }) => existsSync(certPath));
  const ofDomains = [...domainCerts.values()].flatMap(({ certPath, keyPath, password }) =>
    certPath === '' ? [] : [one(printable(certPath), certPath, keyPath, { password })],
  );
  return [...fixed, ...ofDomains];
}

function checkFiles(files: OwnFiles, nowMs: number): Check[] {
  const { shown } = files;
  const { fine, warning, wrong, unchecked } = about('certificate', `Certificate ${shown}`);
  let chain: X509Certificate[];
  try {
    chain = certificatesIn(readWholeFile(files.certPath, mostBytes));
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'EACCES') return [unchecked(`Only another user may read ${shown}.`)];
    return [wrong(`${shown} cannot be read as a certificate: ${reasonOf(error)}. Write it again, in PEM form.`)];
  }
  const [own] = chain;
  if (!own)
    return [wrong(`There is no certificate in ${shown}. Write it there, in PEM form, before those of its issuers.`)];
  const faults = [
    ...keyFaults(files, own).map(wrong),
    ...timeFaults(shown, own, nowMs).map(({ text, isOver }) => (isOver ? wrong : warning)(text)),
    ...nameFaults(files, own).map(warning),
    ...chainFaults(shown, chain, nowMs).map(warning),
  ];
  if (faults.length > 0) return faults;
  const whose = isSelfSigned(own) ? ', signed by itself' : '';
  return [fine(`It is valid until ${localMinute(own.validToDate.getTime())}, and its key belongs to it${whose}.`)];
}

const begin = '-----BEGIN CERTIFICATE-----';

/** In the order of the file. */
function certificatesIn(raw: Buffer): X509Certificate[] {
  const [, ...blocks] = raw.toString('latin1').split(begin);
  return blocks.slice(0, mostInChain).map(block => new X509Certificate(begin + block));
}

function keyFaults({ shown, keyPath, password }: OwnFiles, own: X509Certificate): string[] {
  try {
    const key = createPrivateKey({
      key: readWholeFile(keyPath, mostBytes),
      ...(password !== undefined && { passphrase: password }),
    });
    return own.checkPrivateKey(key)
      ? []
      : [
          `The key in ${keyPath} does not belong to ${shown}: TLS does not work. Write the key of this certificate there.`,
        ];
  } catch (error) {
    return [`The key of ${shown} cannot be read from ${keyPath}: ${reasonOf(error)}. Without it TLS does not work.`];
  }
}

function timeFaults(shown: string, { validFromDate, validToDate }: X509Certificate, nowMs: number) {
  const [from, to] = [validFromDate.getTime(), validToDate.getTime()];
  if (nowMs > to)
    return [{ isOver: true, text: `${shown} expired at ${localMinute(to)}: others refuse it. Renew it.` }];
  if (nowMs < from) {
    const text = `${shown} is not valid before ${localMinute(from)}: others refuse it until then. If that is past, the clock of this machine is wrong.`;
    return [{ isOver: true, text }];
  }
  const days = Math.floor((to - nowMs) / dayMs);
  if (days >= warnDays) return [];
  const left = days === 0 ? 'in less than a day' : days === 1 ? 'in 1 day' : `in ${days} days`;
  return [{ isOver: false, text: `${shown} expires ${left}, at ${localMinute(to)}. Renew it before.` }];
}

function nameFaults({ shown, name }: OwnFiles, own: X509Certificate): string[] {
  if (name === undefined || own.checkHost(name) !== undefined) return [];
  const names = (own.subjectAltName ?? own.subject ?? '').split(/, |\n/).slice(0, 5).join(', ');
  return [
    `${shown} is not for ${printable(name)} but for ${names}: programs that know this host by its name refuse it. Get a certificate for ${printable(name)}.`,
  ];
}

/** Each must be issued by the next; the last by an authority that everybody knows, or by itself. */
function chainFaults(shown: string, chain: readonly X509Certificate[], nowMs: number): string[] {
  const wrongAt = chain.findIndex((each, at) => {
    const next = chain[at + 1];
    return next !== undefined && !each.checkIssued(next);
  });
  if (wrongAt >= 0) {
    return [
      `Certificate ${wrongAt + 2} in ${shown} is not the issuer of the one before it. Write the chain in order, this host's first.`,
    ];
  }
  const late = chain.findIndex((each, at) => at > 0 && each.validToDate.getTime() < nowMs);
  if (late > 0)
    return [`Certificate ${late + 1} in ${shown}, of an issuer, has expired. Get the chain again from the authority.`];
  const last = chain.at(-1);
  if (!last || isSelfSigned(last) || roots().some(root => last.checkIssued(root))) return [];
  return [
    `${shown} does not lead to an authority that is known here: many programs refuse it. Append the certificates of its issuers.`,
  ];
}

function isSelfSigned(certificate: X509Certificate): boolean {
  return certificate.checkIssued(certificate);
}

/** Those of the machine's programs that use Node; parsed only where they are needed. */
function roots(): X509Certificate[] {
  return rootCertificates.map(pem => new X509Certificate(pem));
}
