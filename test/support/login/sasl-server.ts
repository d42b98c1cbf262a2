// The server's side of the SASL mechanisms, written from the RFCs and not from the client: each takes a response and gives a
// challenge or a verdict.
import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';

/** The account that the server knows. Byte strings of UTF-8. */
export interface Account {
  readonly user: string;
  readonly password: string;
}

export type ServerStep =
  | { readonly kind: 'challenge'; readonly raw: Buffer }
  | { readonly kind: 'success' }
  | { readonly kind: 'failure' };

/** Takes what the client sent; the first time undefined if nothing came with the command. */
export type SaslServer = (response: Buffer | undefined) => ServerStep;

const success = { kind: 'success' } as const;
const failure = { kind: 'failure' } as const;

function challenge(text: string): ServerStep {
  return { kind: 'challenge', raw: Buffer.from(text, 'latin1') };
}

function verdict(isRight: boolean): ServerStep {
  return isRight ? success : failure;
}

/** Asks for each response in turn, and then decides. */
function asking(prompts: readonly string[], decide: (responses: string[]) => ServerStep): SaslServer {
  const responses: string[] = [];
  return response => {
    if (response) responses.push(response.toString('latin1'));
    const prompt = prompts[responses.length];
    return prompt === undefined ? decide(responses) : challenge(prompt);
  };
}

const plain = ({ user, password }: Account) =>
  asking([''], ([response]) => verdict(response === `\0${user}\0${password}`));

const login = ({ user, password }: Account) =>
  asking(['Username:', 'Password:'], ([name, text]) => verdict(name === user && text === password));

function cramMd5({ user, password }: Account): SaslServer {
  const nonce = '<1896.697170952@postoffice.reston.mci.net>';
  const digest = createHmac('md5', Buffer.from(password, 'latin1')).update(nonce).digest('hex');
  return asking([nonce], ([response]) => verdict(response === `${user} ${digest}`));
}

const bearerError = '{"status":"invalid_token","scope":"mail"}';

/** Both end an error with a response of the client, and only then with the verdict. */
function bearer(isRight: (response: string | undefined) => boolean): SaslServer {
  return asking([''], ([response, acknowledgment]) => {
    if (isRight(response)) return success;
    return acknowledgment === undefined ? challenge(bearerError) : failure;
  });
}

/** The fields of host and port may be there (RFC 7628 section 3.1). */
function oauthBearer({ user, password }: Account): SaslServer {
  const name = user.replaceAll('=', '=3D').replaceAll(',', '=2C');
  return bearer(response => {
    const [header, ...fields] = response?.split('\x01') ?? [];
    const others = fields.filter(field => !/^(?:host=[a-z0-9.]+|port=\d+)$/.test(field));
    return header === `n,a=${name},` && others.join('\x01') === `auth=Bearer ${password}\x01\x01`;
  });
}

const xoauth2 = ({ user, password }: Account) =>
  bearer(response => response === `user=${user}\x01auth=Bearer ${password}\x01\x01`);

/** What a SCRAM server has besides the account. */
export interface ScramParameters {
  readonly salt: Buffer;
  readonly iterations: number;
  /** Its part of the nonce. */
  readonly nonce: string;
}

const usualScram: ScramParameters = { salt: Buffer.from('a salt of some bytes'), iterations: 4096, nonce: 'srvnonce' };

export function scramServer(
  hash: 'sha1' | 'sha256',
  { user, password }: Account,
  { salt, iterations, nonce }: ScramParameters = usualScram,
): SaslServer {
  const bytes = createHash(hash).digest().length;
  const salted = pbkdf2Sync(normalized(password), salt, iterations, bytes, hash);
  const mac = (key: Buffer, text: string) => createHmac(hash, key).update(text, 'latin1').digest();
  const clientKey = mac(salted, 'Client Key');
  let authMessage = '';
  let expectedNonce = '';

  function first(message: string): ServerStep {
    const [, bare = ''] = /^n,,(.*)$/s.exec(message) ?? [];
    const [, name = '', theirs = ''] = /^n=([^,]*),r=([^,]*)$/.exec(bare) ?? [];
    const known = normalized(user).toString('latin1').replaceAll('=', '=3D').replaceAll(',', '=2C');
    if (name !== known || theirs === '') return failure;
    expectedNonce = theirs + nonce;
    const reply = `r=${expectedNonce},s=${salt.toString('base64')},i=${iterations}`;
    authMessage = `${bare},${reply}`;
    return challenge(reply);
  }

  function final(message: string): ServerStep {
    const [, withoutProof = '', binding, theirNonce, proof = ''] = /^(c=([^,]*),r=([^,]*)),p=(.*)$/.exec(message) ?? [];
    if (binding !== 'biws' || theirNonce !== expectedNonce) return failure;
    authMessage += `,${withoutProof}`;
    const signature = mac(createHash(hash).update(clientKey).digest(), authMessage);
    const given = Buffer.from(proof, 'base64').map((byte, at) => byte ^ (signature[at] ?? 0));
    if (given.length !== clientKey.length || !timingSafeEqual(given, clientKey)) return challenge('e=invalid-proof');
    return challenge(`v=${mac(mac(salted, 'Server Key'), authMessage).toString('base64')}`);
  }

  const messages: string[] = [];
  let failing = false;
  return response => {
    if (!response) return challenge('');
    messages.push(response.toString('latin1'));
    const [one = '', two, three] = messages;
    if (three !== undefined) return verdict(!failing);
    const step = two === undefined ? first(one) : final(two);
    failing = step.kind === 'challenge' && step.raw.toString().startsWith('e=');
    return step;
  };
}

function normalized(text: string): Buffer {
  return Buffer.from(Buffer.from(text, 'latin1').toString('utf8').normalize('NFKC'));
}

/** All mechanisms by name. */
export const saslServers = {
  'SCRAM-SHA-256': account => scramServer('sha256', account),
  'SCRAM-SHA-1': account => scramServer('sha1', account),
  'CRAM-MD5': cramMd5,
  PLAIN: plain,
  LOGIN: login,
  OAUTHBEARER: oauthBearer,
  XOAUTH2: xoauth2,
} as const satisfies Record<string, (account: Account) => SaslServer>;
