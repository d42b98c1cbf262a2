// The file `passwd` of a home: the names and passwords of POP3, each with its Maildir. The names need not be users of the
// system. passwd-line.ts has the format of a line.
import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { publish } from '../lib/disk/durable.ts';
import { readIfThere } from '../lib/disk/read-whole-file.ts';
import { reasonOf, UserError } from '../lib/user-error.ts';
import {
  checkEntry,
  formatPasswdLine,
  type Hash,
  type PasswdEntry,
  parsePasswdLine,
  type Secret,
} from './passwd-line.ts';

/** The file. Every method throws UserError when the name's line is malformed. */
export interface Passwd {
  /** @returns undefined when name or password is wrong */
  verify(name: string, password: string): Promise<PasswdEntry | undefined>;
  /** The same for APOP. @param stamp the greeting's, with its brackets */
  verifyDigest(name: string, digest: string, stamp: string): Promise<PasswdEntry | undefined>;
  /** True when some name can use APOP. */
  hasApop(): Promise<boolean>;
  find(name: string): Promise<PasswdEntry | undefined>;
  /**
   * Adds a name or replaces its line.
   * @param readable keeps the password itself, for APOP
   * @throws UserError when the name cannot be written to the file
   */
  set(entry: PasswdEntry, password: string, readable?: boolean): Promise<void>;
}

const defaults = { kind: 'scrypt', cost: 2 ** 15, blockSize: 8, parallelization: 1 } as const;
const hashBytes = 32;
/** The hash with which an unknown name is compared. */
const nobodys: Hash = { ...defaults, salt: Buffer.alloc(16), hash: Buffer.alloc(hashBytes) };

/** @param path the file; it need not exist */
export function openPasswd(path: string): Passwd {
  // One at a time: a hash takes 32 MB, and two writes must not overlap.
  const oneByOne = createTurns();

  async function lines(): Promise<string[]> {
    try {
      const raw = readIfThere(path);
      return raw === undefined
        ? []
        : raw
            .toString('utf8')
            .split('\n')
            .filter(line => line !== '');
    } catch (cause) {
      throw new UserError(`unable to read ${path}: ${reasonOf(cause)}`, { exitCode: 111, cause });
    }
  }

  async function lineOf(name: string): Promise<{ entry: PasswdEntry; secret: Secret } | undefined> {
    const line = (await lines()).find(text => text.startsWith(`${name}:`) && name !== '');
    return line === undefined ? undefined : parsePasswdLine(line, path);
  }

  return {
    verify: (name, password) =>
      oneByOne(async () => {
        const found = await lineOf(name);
        const hash = found?.secret.kind === 'scrypt' ? found.secret : nobodys;
        // An unknown name takes as long as a known one, so that they cannot be told apart.
        const hashed = timingSafeEqual(await computeHash(password, hash), hash.hash);
        const matches = found?.secret.kind === 'apop' ? sameText(found.secret.password, Buffer.from(password)) : hashed;
        return matches ? found?.entry : undefined;
      }),
    verifyDigest: async (name, digest, stamp) => {
      const found = await lineOf(name);
      if (found?.secret.kind !== 'apop') return undefined;
      const right = createHash('md5').update(stamp, 'latin1').update(found.secret.password).digest('hex');
      return sameText(Buffer.from(right), Buffer.from(digest.toLowerCase())) ? found.entry : undefined;
    },
    hasApop: async () => (await lines()).some(line => /^[^:]+:apop\$/.test(line)),
    find: async name => (await lineOf(name))?.entry,
    set: (entry, password, readable = false) =>
      oneByOne(async () => {
        checkEntry(entry);
        const secret: Secret = readable ? { kind: 'apop', password: Buffer.from(password) } : await freshHash(password);
        const others = (await lines()).filter(line => !line.startsWith(`${entry.name}:`));
        await publish(path, Buffer.from(`${[...others, formatPasswdLine(entry, secret)].join('\n')}\n`), 0o600);
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

async function freshHash(password: string): Promise<Hash> {
  const hash = { ...nobodys, salt: randomBytes(16) };
  return { ...hash, hash: await computeHash(password, hash) };
}

function computeHash(password: string, { cost, blockSize, parallelization, salt, hash }: Hash): Promise<Buffer> {
  const options = { cost, blockSize, parallelization, maxmem: 256 * cost * blockSize };
  return new Promise((resolve, reject) => {
    scrypt(Buffer.from(password), salt, hash.length, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

/** Compares in a time that does not depend on where they differ. */
function sameText(one: Buffer, other: Buffer): boolean {
  const digest = (text: Buffer): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
