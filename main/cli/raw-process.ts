// Arguments and environment of this process as they were given, byte by byte: Node decodes them, and what is not UTF-8 becomes
// U+FFFD, which would be another address. Such bytes are kept in the way of `textFromBytes`.
import { readFileSync } from 'node:fs';
import { UserError } from '../../core/lib/user-error.ts';
import { textFromBytes } from '../../core/message/address.ts';
import type { CommandIo } from './command-io.ts';

const lost = '\ufffd';

/** The last arguments of this process, as Node has them. @throws UserError where a byte is lost and the system does not tell it */
export function rawArguments(args: readonly string[], readProc = procFile): readonly string[] {
  if (!args.some(arg => arg.includes(lost))) return args;
  const raw = readProc('cmdline');
  if (!raw) throw unreadable('an argument');
  return raw.slice(raw.length - args.length);
}

/** The environment. @throws UserError as above, for the variables that name people and addresses */
export function rawEnvironment(env: CommandIo['env'], readProc = procFile): CommandIo['env'] {
  const broken = Object.entries(env).flatMap(([name, value]) => (value?.includes(lost) ? [name] : []));
  if (broken.length === 0) return env;
  const raw = readProc('environ');
  if (!raw) {
    const name = broken.find(each => namesSomebody.test(each));
    if (name === undefined) return env;
    throw unreadable(name);
  }
  const values = new Map(raw.map(entry => [entry.replace(/=.*$/s, ''), entry.replace(/^[^=]*=/, '')]));
  return { ...env, ...Object.fromEntries(broken.map(name => [name, values.get(name) ?? env[name]])) };
}

const namesSomebody =
  /^(?:QMAIL|MAIL|SENDER|NEWSENDER|RECIPIENT|LOCAL|HOST|EXT|DEFAULT|USER|LOGNAME|NAME|DTLINE|RPLINE|UFLINE)/;

function unreadable(what: string): UserError {
  const text = `${what} holds bytes that are not UTF-8, which cannot be read on this system: write it in UTF-8`;
  return new UserError(text, { exitCode: 100 });
}

/** The NUL-terminated strings of a file that Linux has for this process; undefined where there is none. */
function procFile(name: 'cmdline' | 'environ'): readonly string[] | undefined {
  let raw: Buffer;
  try {
    raw = readFileSync(`/proc/self/${name}`);
  } catch {
    return undefined;
  }
  const strings: string[] = [];
  for (let at = 0; at < raw.length; ) {
    const end = raw.indexOf(0, at);
    strings.push(textFromBytes(raw.subarray(at, end < 0 ? raw.length : end)));
    at = end < 0 ? raw.length : end + 1;
  }
  return strings;
}
