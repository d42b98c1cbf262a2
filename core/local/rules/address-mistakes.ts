// Detects lines of .qmail files that would be read as an address but cannot be one: misspelled paths, commands and comments. qmail
// forwards to them, and the mail bounces or goes to a catch-all address.
import { hasControls, splitAddress } from '../../message/address.ts';
import type { Instruction } from './dot-qmail.ts';

/** What is wrong with a line and how to correct it; undefined: the line may be intended. */
export function mistakeOf({ kind, text }: Pick<Instruction, 'kind' | 'text'>): string | undefined {
  if (kind === 'forward') {
    const mark = marks.find(({ of }) => of(text));
    return mark && `this line is not an address: ${mark.says}`;
  }
  const isFile = kind === 'mbox' || kind === 'maildir';
  return isFile && text.endsWith('\r') ? `this line is not a file name: ${dosLineEnd}` : undefined;
}

const dosLineEnd = 'it ends in a carriage return; save the file with Unix line endings';

/** Only texts that cannot be addresses. `joe/x` and `joe smith@host` are unusual, but such addresses exist. */
const marks: readonly { readonly of: (address: string) => boolean; readonly says: string }[] = [
  {
    of: address => ['\xef\xbb\xbf', '\xff\xfe', '\xfe\xff'].some(mark => address.startsWith(mark)),
    says: 'it begins with a byte order mark, which an editor added; save the file as plain UTF-8 without one',
  },
  { of: address => address.endsWith('\r'), says: dosLineEnd },
  { of: hasControls, says: 'it contains a control character' },
  { of: address => address.startsWith(' '), says: 'it starts with a space, which counts; remove it' },
  { of: address => address === '', says: 'nothing comes after the &' },
  { of: isPath, says: 'it looks like a file or folder; paths start with ./ or / and have no quotes, ~ or variables' },
  {
    of: address => /^["\\:]/.test(address),
    says: 'it starts as in a .forward file; commands start with |, paths with ./ or /, and nothing is quoted',
  },
  { of: hasNoHost, says: 'its user or its host is missing' },
  { of: hasMore, says: 'the line contains more than an address; write one bare address, like ines@shore.example' },
];

/** `~/Maildir/`, `$HOME/mbox`, `"./Maildir/"`, `Maildir/`. */
function isPath(address: string): boolean {
  if (address.includes('@')) return false;
  const [, inner] = /^["'](.*)["']$/.exec(address) ?? [];
  const path = inner ?? address;
  return path.endsWith('/') || /^(?:~[^/]*|\$[^/]*)\//.test(path) || (inner !== undefined && /^[./]/.test(inner));
}

function hasNoHost(address: string): boolean {
  const { local, host } = splitAddress(address);
  return host === '' || (local === '' && host !== undefined);
}

/** A host contains no blanks, brackets or quotes; `a@b,c@d` is a list. Source routes (`@a,@b:c@d`) are allowed. */
function hasMore(address: string): boolean {
  const { local, host = '' } = splitAddress(address);
  const at = local.indexOf('@');
  return /[ <>(),;"'/\\]/.test(host) || (at >= 0 && local.includes(',', at) && !local.startsWith('@'));
}
