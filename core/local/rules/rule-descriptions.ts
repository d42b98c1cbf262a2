// Describes .qmail lines and whole rules in plain sentences, for the owner of the mail.
import { displayAddress } from '../../message/address.ts';
import { decodeUtf7 } from '../../message/encodings/utf7.ts';
import { hasBlankFirstLine, type Instruction, isListFlag, parseDotQmail } from './dot-qmail.ts';

/** One plain sentence. */
export function describeLine(instruction: Instruction): string {
  const text = displayAddress(instruction.text);
  switch (instruction.kind) {
    case 'maildir':
      return describeMaildir(text);
    case 'mbox':
      return `Append to the mbox file ${text}`;
    case 'program':
      return text.trim() === '' ? 'Run nothing' : `Run a program: ${text.trim()}`;
    case 'forward':
      return `Send a copy to ${text}`;
    case 'comment':
      return describeComment(instruction.text);
    case 'flag':
      return isListFlag(instruction) ? 'From here on, only forwards are allowed' : 'Nothing: this flag has no meaning';
    case 'empty':
      return instruction.line === 1 ? 'Mail waits here: the first line must not be empty' : 'Nothing: an empty line';
  }
}

/** Names Maildir++ folders as the mail list does, and other Maildirs by their path. */
function describeMaildir(path: string): string {
  if (path === './Maildir/') return 'Keep in the inbox';
  const folder = /^\.\/Maildir\/\.([^/]+)\/$/.exec(path)?.[1];
  return folder
    ? `Keep in the Maildir folder ${folder.split('.').map(decodeUtf7).join('/')}`
    : `Keep in the Maildir ${path}`;
}

/** If only a `#` before it disables a line, describes what the line would do. */
function describeComment(text: string): string {
  const [off] = parseDotQmail(text);
  const isSwitchedOff = off && text !== '' && !text.startsWith(' ') && off.kind !== 'comment' && off.kind !== 'empty';
  if (isSwitchedOff && (off.kind !== 'forward' || off.text.includes('@'))) return `Switched off: ${describeLine(off)}`;
  return 'Nothing: a note';
}

/** What happens to a message under the whole rule. */
export function describeRule(instructions: readonly Instruction[], defaultDelivery: string): string {
  if (instructions.length === 0) {
    const says = parseDotQmail(defaultDelivery).map(describeLine).join('; ');
    return `An empty rule means the default delivery: ${says}.`;
  }
  if (hasBlankFirstLine(instructions)) return 'All mail waits until the empty first line is removed.';
  const count = (...kinds: Instruction['kind'][]) => instructions.filter(i => kinds.includes(i.kind)).length;
  const kept = count('maildir', 'mbox');
  const programs = count('program');
  const forwards = count('forward');
  if (kept + programs + forwards === 0) return 'Mail is accepted and discarded.';
  const parts = [
    kept > 0 && `kept in ${plural(kept, 'place')}`,
    programs > 0 && `piped to ${plural(programs, 'program')}`,
    forwards > 0 && `forwarded to ${forwards === 1 ? 'one address' : `${forwards} addresses`}`,
  ].filter(part => part !== false);
  const order = forwards > 0 && kept + programs > 0 ? ' Copies go out last, once all other lines have succeeded.' : '';
  return `Mail is ${inWords(parts)}.${order}`;
}

function plural(count: number, noun: string): string {
  return count === 1 ? `one ${noun}` : `${count} ${noun}s`;
}

function inWords(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
