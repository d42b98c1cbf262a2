// SCRAM (RFC 5802; with SHA-256 RFC 7677): the server learns no password, and must prove that it knows the password's keys.
// Without channel binding: the certificate of TLS says who the server is.
import { createHash, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { fromBase64 } from './base64.ts';
import { saslPrep } from './sasl-prep.ts';
import { broken, failingTurn, type LoginInput, lastTurn, type Step, waitingTurn } from './turn.ts';

export type ScramHash = 'sha1' | 'sha256';

/** Fewer make the password guessable for a server that only pretends to know it (RFC 7677 section 4). */
const fewestIterations = 4096;
/** A second or so of one core: more is not protection, but an attack. */
const mostIterations = 1_000_000;
const longestSaltBytes = 1024;

/** No channel binding, no other user to act for. */
const gs2Header = 'n,,';
const deriveKey = promisify(pbkdf2);

export function startScram(hash: ScramHash, { credential: { user, secret }, nonce }: LoginInput): Step {
  const name = saslPrep(user);
  const password = saslPrep(secret.reveal());
  if (!name || !password) return broken('SCRAM takes no user name or password with such characters');
  const clientFirst = `n=${saslName(name)},r=${nonce}`;
  return waitingTurn(
    challenge => answer(hash, { password, clientFirst, nonce }, challenge),
    bytes(gs2Header + clientFirst),
  );
}

interface Begun {
  readonly password: Buffer;
  readonly clientFirst: string;
  readonly nonce: string;
}

/** The server has sent its nonce, the salt and the iterations: proves that the password is known. */
async function answer(hash: ScramHash, { password, clientFirst, nonce }: Begun, challenge: Buffer): Promise<Step> {
  const serverFirst = challenge.toString('latin1');
  const parsed = parseServerFirst(serverFirst);
  if (!parsed) return broken('the first message of the server is not one of SCRAM');
  if (!parsed.nonce.startsWith(nonce) || parsed.nonce.length === nonce.length) {
    return broken('the server does not answer this login: its nonce is not built on ours');
  }
  const { iterations, salt } = parsed;
  if (iterations < fewestIterations)
    return broken(`the server asks for fewer than ${fewestIterations} iterations of SCRAM`);
  if (iterations > mostIterations) return broken(`the server asks for more than ${mostIterations} iterations of SCRAM`);

  const keyBytes = createHash(hash).digest().length;
  const salted = await deriveKey(password, salt, iterations, keyBytes, hash);
  const hmac = (key: Buffer, text: string) => createHmac(hash, key).update(text, 'latin1').digest();
  const clientKey = hmac(salted, 'Client Key');
  const storedKey = createHash(hash).update(clientKey).digest();
  const withoutProof = `c=${bytes(gs2Header).toString('base64')},r=${parsed.nonce}`;
  const authMessage = `${clientFirst},${serverFirst},${withoutProof}`;
  const signature = hmac(storedKey, authMessage);
  const proof = clientKey.map((byte, at) => byte ^ (signature[at] ?? 0));
  const expected = hmac(hmac(salted, 'Server Key'), authMessage);
  const response = `${withoutProof},p=${Buffer.from(proof).toString('base64')}`;
  return waitingTurn(last => verify(expected, last), bytes(response));
}

/** The server proves that it knows the keys too, or names an error. */
function verify(expected: Buffer, challenge: Buffer): Step {
  const serverFinal = challenge.toString('latin1');
  if (serverFinal.startsWith('e=')) return failingTurn(Buffer.alloc(0), serverFinal.slice(2));
  const [first = ''] = serverFinal.split(',', 1);
  const signature = first.startsWith('v=') ? fromBase64(first.slice(2)) : undefined;
  if (signature?.length !== expected.length || !timingSafeEqual(signature, expected)) {
    return broken('the server does not know the password: its signature is wrong');
  }
  return lastTurn(Buffer.alloc(0));
}

interface ServerFirst {
  readonly nonce: string;
  readonly salt: Buffer;
  readonly iterations: number;
}

/** `r=…,s=…,i=…`, and extensions, which may be ignored unless `m=` comes first (RFC 5802 section 5.1). */
function parseServerFirst(text: string): ServerFirst | undefined {
  const [r = '', s = '', i = ''] = text.split(',', 3);
  if (!r.startsWith('r=') || !s.startsWith('s=') || !/^i=[1-9]\d{0,9}$/.test(i)) return undefined;
  const salt = fromBase64(s.slice(2));
  const nonce = r.slice(2);
  if (!salt || salt.length === 0 || salt.length > longestSaltBytes || !/^[!-~]+$/.test(nonce)) return undefined;
  return { nonce, salt, iterations: Number(i.slice(2)) };
}

/** A name cannot contain the separators (RFC 5802 section 5.1). */
function saslName(name: Buffer): string {
  return name.toString('latin1').replaceAll('=', '=3D').replaceAll(',', '=2C');
}

function bytes(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
