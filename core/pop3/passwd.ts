// Who may fetch mail by POP3, and from which Maildir: the file `passwd` of a home. One line for each name,
// `name:scrypt$N$r$p$salt$hash:uid-or-empty:maildir`, salt and hash in base64url. Passwords themselves are nowhere.
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { publish } from '../lib/durable.ts';
import { errorCode, UserError } from '../lib/user-error.ts';

/** What a name stands for. Text, not bytes. */
interface PasswdEntry {
  readonly name: string;
  /** The user that the Maildir belongs to; undefined: the one who runs the host. */
  readonly uid: number | undefined;
  /** Absolute path. */
  readonly maildir: string;
}

/** The file, opened. */
export interface Passwd {
  /** @returns undefined when name or password is wrong. @throws UserError when the name's line makes no sense */
  verify(name: string, password: string): Promise<PasswdEntry | undefined>;
  /** Adds a name or replaces its line. @throws UserError when the name cannot stand in the file */
  set(entry: PasswdEntry, password: string): Promise<void>;
}

interface Hash {
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelization: number;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

const defaults = { cost: 2 ** 15, blockSize: 8, parallelization: 1 };
const hashBytes = 32;

/** @param path the file; it need not exist */
export function openPasswd(path: string): Passwd {
  // One at a time: a hash takes 32 MB, and a write must not meet another.
  const oneByOne = createTurns();

  async function lines(): Promise<string[]> {
    try {
      return (await readFile(path, 'utf8')).split('\n').filter(line => line !== '');
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    }
  }

  return {
    verify: (name, password) =>
      oneByOne(async () => {
        const line = (await lines()).find(text => text.startsWith(`${name}:`) && name !== '');
        const found = line === undefined ? undefined : parseLine(line, path);
        // A name that does not exist costs as much time as one that does: nobody can tell them apart.
        const hash = found?.hash ?? { ...defaults, salt: Buffer.alloc(16), hash: Buffer.alloc(hashBytes) };
        const matches = timingSafeEqual(await computeHash(password, hash), hash.hash);
        return matches ? found?.entry : undefined;
      }),
    set: (entry, password) =>
      oneByOne(async () => {
        checkEntry(entry);
        const salt = randomBytes(16);
        const hash = await computeHash(password, { ...defaults, salt, hash: Buffer.alloc(hashBytes) });
        const others = (await lines()).filter(line => !line.startsWith(`${entry.name}:`));
        const all = [...others, formatLine(entry, { ...defaults, salt, hash })];
        await publish(path, Buffer.from(`${all.join('\n')}\n`), 0o600);
      }),
  };
}

function createTurns(): <T>(run: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return run => {
    const turn = last.then(run);
    last = turn.catch(() => undefined);
    return turn;
  };
}

function computeHash(password: string, { cost, blockSize, parallelization, salt, hash }: Hash): Promise<Buffer> {
  const options = { cost, blockSize, parallelization, maxmem: 256 * cost * blockSize };
  return new Promise((resolve, reject) => {
    scrypt(Buffer.from(password), salt, hash.length, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

function checkEntry({ name, maildir }: PasswdEntry): void {
  if (!/^[^:\p{Cc}\s]+$/u.test(name)) throw new UserError(`"${name}" cannot be a POP3 name: no colons, no blanks.`);
  if (!/^\/\P{Cc}+$/u.test(maildir)) throw new UserError(`"${maildir}" is no absolute path of a Maildir.`);
}

function formatLine({ name, uid, maildir }: PasswdEntry, hash: Hash): string {
  const { cost, blockSize, parallelization } = hash;
  const secret = ['scrypt', cost, blockSize, parallelization, hash.salt.toString('base64url')];
  return `${name}:${secret.join('$')}$${hash.hash.toString('base64url')}:${uid ?? ''}:${maildir}`;
}

const number = '([1-9]\\d{0,6})';
const base64 = '([\\w-]+)';
const linePattern = new RegExp(
  `^([^:]+):scrypt\\$${number}\\$${number}\\$${number}\\$${base64}\\$${base64}:(\\d*):(/.+)$`,
);

function parseLine(line: string, path: string): { entry: PasswdEntry; hash: Hash } {
  const [, name = '', cost, blockSize, parallelization, salt = '', hash = '', uid = '', maildir = ''] =
    linePattern.exec(line) ?? [];
  if (name === '') {
    const [user] = line.split(':');
    throw new UserError(`${path}: the line of ${user} must read name:scrypt$N$r$p$salt$hash:uid:/path/of/Maildir`);
  }
  return {
    entry: { name, uid: uid === '' ? undefined : Number(uid), maildir },
    hash: {
      cost: Number(cost),
      blockSize: Number(blockSize),
      parallelization: Number(parallelization),
      salt: Buffer.from(salt, 'base64url'),
      hash: Buffer.from(hash, 'base64url'),
    },
  };
}
