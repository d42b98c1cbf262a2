// One line of the file `passwd`: `name:secret:uid-or-empty:maildir`. The secret is `scrypt$N$r$p$salt$hash`, from which the
// password cannot be computed, or `apop$password`, as APOP needs the password itself. All three are in base64url.
import { UserError } from '../lib/user-error.ts';

/** What a name opens. Text, not bytes. */
export interface PasswdEntry {
  readonly name: string;
  /** The user who owns the Maildir; undefined: the owner of the directory. */
  readonly uid: number | undefined;
  /** Absolute path. */
  readonly maildir: string;
}

export interface Hash {
  readonly kind: 'scrypt';
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelization: number;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

export type Secret = Hash | { readonly kind: 'apop'; readonly password: Buffer };

/** @throws UserError when the entry cannot be written to the file */
export function checkEntry({ name, maildir }: PasswdEntry): void {
  if (!/^[^:\p{Cc}\s]+$/u.test(name)) throw new UserError(`"${name}" cannot be a POP3 name: no colons, no blanks.`);
  if (!/^\/\P{Cc}+$/u.test(maildir)) throw new UserError(`"${maildir}" is not the absolute path of a Maildir.`);
}

export function formatPasswdLine({ name, uid, maildir }: PasswdEntry, secret: Secret): string {
  return `${name}:${formatSecret(secret)}:${uid ?? ''}:${maildir}`;
}

function formatSecret(secret: Secret): string {
  if (secret.kind === 'apop') return `apop$${secret.password.toString('base64url')}`;
  const { cost, blockSize, parallelization, salt, hash } = secret;
  return ['scrypt', cost, blockSize, parallelization, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

const secretPattern = /^(?:scrypt\$([1-9]\d{0,6})\$([1-9]\d{0,6})\$([1-9]\d{0,6})\$([\w-]+)\$([\w-]+)|apop\$([\w-]+))$/;
const linePattern = /^([^:]+):([^:]+):(\d*):(\/.+)$/s;

/** @param path of the file, for errors @throws UserError when the line is malformed */
export function parsePasswdLine(line: string, path: string): { entry: PasswdEntry; secret: Secret } {
  const [, name = '', text = '', uid = '', maildir = ''] = linePattern.exec(line) ?? [];
  const found = secretPattern.exec(text);
  if (!found) {
    const [user] = line.split(':');
    throw new UserError(`${path}: the line of ${user} must read name:scrypt$N$r$p$salt$hash:uid:/path/of/Maildir`);
  }
  return { entry: { name, uid: uid === '' ? undefined : Number(uid), maildir }, secret: secretOf(found) };
}

function secretOf([, cost, blockSize, parallelization, salt = '', hash = '', password]: readonly string[]): Secret {
  if (password !== undefined) return { kind: 'apop', password: Buffer.from(password, 'base64url') };
  return {
    kind: 'scrypt',
    cost: Number(cost),
    blockSize: Number(blockSize),
    parallelization: Number(parallelization),
    salt: Buffer.from(salt, 'base64url'),
    hash: Buffer.from(hash, 'base64url'),
  };
}
