// Message file names: `unique` in new/, `unique:2,FLAGS` in cur/ (maildir(5)). Unique names come from paper-path/maildir-names.ts.

/** Separates the unique name from the flags. Windows allows no colon in file names. */
const infoSeparator = process.platform === 'win32' ? ';' : ':';

/** The two directories of a mailbox that contain messages. */
export type Place = 'new' | 'cur';

export interface FileName {
  /** Stays the message's name, whatever happens to its flags. */
  readonly unique: string;
  /** The letters after `:2,` in ASCII order without repeats; lower-case ones are other programs' keywords and are kept. */
  readonly letters: string;
}

/** Parses a file name; undefined for names that are not messages: empty, hidden. */
export function parseFileName(name: string): FileName | undefined {
  const at = name.indexOf(infoSeparator);
  const unique = at < 0 ? name : name.slice(0, at);
  if (unique === '' || name.startsWith('.')) return undefined;
  // On Windows a colon cannot be on disk; on other systems it is the separator. Ids contain none in any case.
  if (unique.includes(':')) return undefined;
  return { unique, letters: at < 0 ? '' : lettersOf(name.slice(at + 1)) };
}

function lettersOf(info: string): string {
  return info.startsWith('2,') ? sortLetters(info.slice(2).replace(/[^A-Za-z]/g, '')) : '';
}

/** The name a message has in cur/. */
export function formatFileName(unique: string, letters: string): string {
  return `${unique}${infoSeparator}2,${sortLetters(letters)}`;
}

/** `letters` with some added and some removed. */
export function changeLetters(letters: string, add: readonly string[], remove: readonly string[]): string {
  return sortLetters([...letters, ...add].filter(letter => !remove.includes(letter)).join(''));
}

function sortLetters(letters: string): string {
  if (letters.length < 2) return letters;
  return [...new Set(letters)].sort().join('');
}

/**
 * The unique name of a message that moves to another mailbox: `fresh`, since what other programs added to the old name is
 * valid in the old mailbox only. With mbsync's `,U=3` or offlineimap's `,FMD5=…` the other mailbox's message of that number
 * would count as deleted, and be deleted on the server. What stays is the second of the arrival, by which messages are
 * ordered, and the sizes that Dovecot reads from names.
 * @param fresh from `createUniqueName`: its own second moves after the rest, so that no two names are equal
 */
export function movedUnique(fresh: string, before: string): string {
  const sizes = before.split(',').filter(field => /^[SW]=\d{1,19}$/.test(field));
  return [withSecondsOf(fresh, before), ...sizes].join(',');
}

function withSecondsOf(fresh: string, before: string): string {
  const seconds = secondsInName(before);
  const [made = '', delivery = '', ...host] = fresh.split('.');
  return seconds === undefined ? fresh : [seconds, `${delivery}T${made}`, ...host].join('.');
}

/** The seconds since 1970 at the start of a unique name; undefined when there are none. */
export function secondsInName(unique: string): number | undefined {
  const digits = /^(\d{9,10})\./.exec(unique)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
