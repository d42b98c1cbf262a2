// Passwords and tokens in files of their own, `secrets/NAME` in the home, which only their owner may read. Every secret that is not
// in a line of a control file is read and written here and nowhere else.
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { publish } from '../lib/disk/durable.ts';
import { ensurePrivateDirectory } from '../lib/disk/private-directory.ts';
import { asOwnerOf } from '../lib/process/as-owner.ts';
import { errorCode, reasonOf, UserError } from '../lib/user-error.ts';

/** A secret file's text as a byte string, and a mark that differs whenever the file was written; or why it is not read. */
export type SecretFile =
  | { readonly kind: 'read'; readonly text: string; readonly mark: string }
  | {
      readonly kind: 'problem';
      readonly why: string;
      /** Whoever asks may not look: the host itself perhaps may. */
      readonly isDenied: boolean;
    };

const largestBytes = 64 * 1024;
const readFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/** Of a file in `secrets/`. Also the end of a path: no name may lead elsewhere. */
export const secretName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Reads `secrets/NAME`. */
export function readSecretFile(home: string, name: string): SecretFile {
  if (!secretName.test(name)) return problem('what follows @ is not the name of a file in secrets/');
  let fd: number;
  try {
    fd = openSync(join(home, 'secrets', name), readFlags);
  } catch (error) {
    const code = errorCode(error) ?? '';
    return problem(`secrets/${name} ${words[code] ?? `cannot be read: ${reasonOf(error)}`}`, code === 'EACCES');
  }
  try {
    const stat = fstatSync(fd);
    const objection = objectionTo(stat);
    if (objection !== undefined) return problem(`secrets/${name} ${objection}`);
    return { kind: 'read', text: readFileSync(fd, 'latin1'), mark: `${stat.mtimeMs} ${stat.ino}` };
  } finally {
    closeSync(fd);
  }
}

/** Reads the password in `secrets/NAME`: its first line. */
export function readPasswordFile(home: string, name: string): SecretFile {
  const file = readSecretFile(home, name);
  if (file.kind === 'problem') return file;
  const text = firstLineOf(file.text);
  return text === ''
    ? problem(`the first line of secrets/${name} is empty: write the password there`)
    : { ...file, text };
}

/**
 * Writes `secrets/NAME`, whole and durably, for the owner of the directory: in a home that root runs that is the host's user.
 * @throws UserError for a name that is none; the file system's error
 */
export async function writeSecretFile(home: string, name: string, text: string): Promise<void> {
  if (!secretName.test(name)) {
    throw new UserError(`${name} is not a name for a secret: it needs letters, digits, - _ and . after the first one.`);
  }
  const directory = join(home, 'secrets');
  await asOwnerOf(directory, home, async () => {
    ensurePrivateDirectory(directory);
    await publish(join(directory, name), Buffer.from(text, 'latin1'), 0o600);
  });
}

function firstLineOf(text: string): string {
  const [line = ''] = text.split('\n', 1);
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

const words: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ELOOP: 'is a link, not a file',
};

function objectionTo(stat: Stats): string | undefined {
  const { mode, uid, size } = stat;
  if (!stat.isFile()) return 'is not a file';
  if (size > largestBytes) return 'is too large for a password';
  if (process.platform === 'win32') return undefined;
  const ours = process.geteuid?.() ?? uid;
  if (ours !== 0 && uid !== ours && uid !== 0) return 'belongs to another user of this machine';
  if ((mode & 0o077) !== 0) return 'can be read by other users of this machine: run chmod 600 on it';
  return undefined;
}

function problem(why: string, isDenied = false): SecretFile {
  return { kind: 'problem', why, isDenied };
}
