// X.509 certificates for tests, made when they are needed: any name, any dates, any issuer (RFC 5280). ECDSA with P-256.
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';

/** A certificate and its key, in PEM, and what is needed to issue others with them. */
export interface Issued {
  readonly cert: string;
  readonly key: string;
  readonly subject: string;
  readonly privateKey: KeyObject;
}

interface Wanted {
  /** The common name. */
  readonly subject: string;
  /** Names and addresses of the server; default: the subject. */
  readonly names?: readonly string[];
  /** Default: it signs itself. */
  readonly issuer?: Issued;
  readonly isCa?: boolean;
  /** How many days from now it is valid; default: from yesterday for ten years. */
  readonly days?: readonly [from: number, to: number];
}

/** Makes a certificate. */
export function issue({ subject, names = [subject], issuer, isCa = false, days = [-1, 3650] }: Wanted): Issued {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signature = sequence(oid('1.2.840.10045.4.3.2'));
  const toBeSigned = sequence(
    tlv(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    signature,
    distinguishedName(issuer?.subject ?? subject),
    sequence(...days.map(timeIn)),
    distinguishedName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(basicConstraints(isCa), ...(isCa ? [] : [alternativeNames(names)]))),
  );
  const signed = sign('sha256', toBeSigned, issuer?.privateKey ?? privateKey);
  const raw = sequence(toBeSigned, signature, bitString(signed));
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${raw.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`,
    key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    subject,
    privateKey,
  };
}

function tlv(tag: number, ...contents: readonly Buffer[]): Buffer {
  const { length } = Buffer.concat(contents);
  const long = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...long]), ...contents]);
}

const sequence = (...contents: readonly Buffer[]): Buffer => tlv(0x30, ...contents);
const integer = (raw: Buffer): Buffer => tlv(0x02, raw);
const bitString = (raw: Buffer): Buffer => tlv(0x03, Buffer.from([0]), raw);

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...others] = dotted.split('.').map(Number);
  return tlv(0x06, Buffer.from([first * 40 + second, ...others.flatMap(base128)]));
}

function base128(arc: number): number[] {
  const digits = [arc % 128];
  for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) digits.unshift(0x80 | (left % 128));
  return digits;
}

function distinguishedName(commonName: string): Buffer {
  return sequence(tlv(0x31, sequence(oid('2.5.4.3'), tlv(0x0c, Buffer.from(commonName)))));
}

function timeIn(days: number): Buffer {
  const [stamp = ''] = new Date(Date.now() + days * 86_400_000).toISOString().replace(/[-:T]/g, '').split('.');
  return tlv(0x18, Buffer.from(`${stamp}Z`));
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(oid(id), tlv(0x04, value));
}

function basicConstraints(isCa: boolean): Buffer {
  return extension('2.5.29.19', isCa ? sequence(tlv(0x01, Buffer.from([0xff]))) : sequence());
}

function alternativeNames(names: readonly string[]): Buffer {
  const entries = names.map(name =>
    isIP(name) === 4 ? tlv(0x87, Buffer.from(name.split('.').map(Number))) : tlv(0x82, Buffer.from(name)),
  );
  return extension('2.5.29.17', sequence(...entries));
}
