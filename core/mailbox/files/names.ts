// Message file names: `unique` in new/, `unique:2,FLAGS` in cur/ (maildir(5)). One place knows how they are written.

/** What parts the unique name from the flags: Windows allows no colon in file names. */
const infoSeparator = process.platform === 'win32' ? ';' : ':';

/** The two directories of a folder that hold messages. */
export type Place = 'new' | 'cur';

export interface FileName {
  /** Names the message for good, whatever happens to its flags. */
  readonly unique: string;
  /** The letters after `:2,` in ASCII order without repeats; lower-case ones are other programs' keywords and are kept. */
  readonly letters: string;
}

/** Takes a file name apart; undefined for names that are not messages: empty, hidden. */
export function parseFileName(name: string): FileName | undefined {
  const at = name.indexOf(infoSeparator);
  const unique = at < 0 ? name : name.slice(0, at);
  if (unique === '' || name.startsWith('.')) return undefined;
  // On Windows a colon cannot come from the disk; elsewhere it is the separator. Ids may not hold one in any case.
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
 * The unique name of a message that moves to another folder: `fresh`, for what other programs wrote into the old one counts
 * in the old folder only. By mbsync's `,U=3` or offlineimap's `,FMD5=…` the other folder's message of that number would be
 * taken for deleted, and be deleted on the server. Kept are the second in which the message came, which orders a folder,
 * and the sizes that Dovecot reads in names.
 * @param fresh as `createUniqueNames` makes them: its own second moves behind the rest, so that no two names agree
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

/** The seconds since 1970 with which unique names begin; undefined where one does not. */
export function secondsInName(unique: string): number | undefined {
  const digits = /^(\d{9,10})\./.exec(unique)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
