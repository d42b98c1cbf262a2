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

/** Takes a file name apart; undefined for names that are not messages: empty, hidden, or not UTF-8 on disk. */
export function parseFileName(name: string): FileName | undefined {
  const at = name.indexOf(infoSeparator);
  const unique = at < 0 ? name : name.slice(0, at);
  if (unique === '' || name.startsWith('.') || name.includes('\ufffd')) return undefined;
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

/** The seconds since 1970 with which unique names begin; undefined where one does not. */
export function secondsInName(unique: string): number | undefined {
  const digits = /^(\d{9,10})\./.exec(unique)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
