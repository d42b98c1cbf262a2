// How a page proves that it has a session, and the host that it is the host, without sending the secret: SCRAM (RFC 5802)
// with a random secret instead of a password. Another user of the machine may take the port while the host is down; a page
// that reconnects then gives nothing away, and what the host stores in its home admits no one.

/** What the host stores of a session; bytes as hexadecimal digits. */
export interface Verifier {
  readonly pageKeyHash: string;
  readonly hostKey: string;
}

/** What both have seen when they exchange proofs. The origin makes a proof worthless to another port. */
export interface Exchange {
  readonly session: string;
  readonly pageNonce: string;
  readonly hostNonce: string;
  readonly origin: string;
}

export async function verifierOf(secret: string): Promise<Verifier> {
  const { pageKey, hostKey } = await keysOf(secret);
  return { pageKeyHash: hex(await sha256(pageKey)), hostKey: hex(hostKey) };
}

/** The page's proof: its key, hidden by a pad that only the host can compute. */
export async function pageProof(secret: string, exchange: Exchange): Promise<string> {
  const { pageKey } = await keysOf(secret);
  return hex(xor(pageKey, await hmac(await sha256(pageKey), wordsOf(exchange))));
}

export async function pageIsRight(verifier: Verifier, exchange: Exchange, proof: string): Promise<boolean> {
  const pad = await hmac(bytes(verifier.pageKeyHash), wordsOf(exchange));
  return isSame(hex(await sha256(xor(bytes(proof), pad))), verifier.pageKeyHash);
}

export async function hostProof(verifier: Verifier, exchange: Exchange): Promise<string> {
  return hex(await hmac(bytes(verifier.hostKey), wordsOf(exchange)));
}

export async function hostIsRight(secret: string, exchange: Exchange, proof: string): Promise<boolean> {
  const { hostKey } = await keysOf(secret);
  return isSame(hex(await hmac(hostKey, wordsOf(exchange))), proof);
}

/** 32 random bytes. */
export function randomWord(): string {
  return hex(crypto.getRandomValues(new Uint8Array(32)));
}

type Bytes = Uint8Array<ArrayBuffer>;

const text = new TextEncoder();

async function keysOf(secret: string): Promise<{ pageKey: Bytes; hostKey: Bytes }> {
  const raw = text.encode(secret);
  return { pageKey: await hmac(raw, 'Page Key'), hostKey: await hmac(raw, 'Host Key') };
}

function wordsOf({ session, pageNonce, hostNonce, origin }: Exchange): string {
  return JSON.stringify([session, pageNonce, hostNonce, origin]);
}

async function hmac(key: Bytes, words: string): Promise<Bytes> {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, text.encode(words)));
}

async function sha256(raw: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', raw));
}

function xor(a: Bytes, b: Bytes): Bytes {
  return a.map((byte, at) => byte ^ (b[at] ?? 0));
}

/** Takes as long for a near miss as for any other. */
function isSame(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let differs = 0;
  for (let at = 0; at < a.length; at += 1) differs |= a.charCodeAt(at) ^ b.charCodeAt(at);
  return differs === 0;
}

function hex(raw: Bytes): string {
  return Array.from(raw, byte => byte.toString(16).padStart(2, '0')).join('');
}

function bytes(digits: string): Bytes {
  return Uint8Array.from(digits.match(/../g) ?? [], pair => Number.parseInt(pair, 16));
}
