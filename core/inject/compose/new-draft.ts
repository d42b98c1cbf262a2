// Creates drafts: empty, from a mailto: URL, as a reply, as a forward.
import type { Draft } from '../../api/compose.ts';
import { trimEndOf } from '../../lib/text/trim-end.ts';
import { lowerAscii } from '../../message/address.ts';
import type { MailtoRequest } from './mailto.ts';
import type { OriginalMessage } from './original-message.ts';
import { type OwnAddresses, ownAddressTest, usualAddress, withoutPrepend } from './owner-addresses.ts';
import { formatPerson, type Person } from './typed-addresses.ts';

const maxText = 1024 * 1024;

const replyPrefix = /^\s*(?:(?:re|aw|antw|sv|vs)\s*(?:(?:\[\d+\]|\(\d+\)|\^\d+)\s*)?:\s*)+/i;
const forwardPrefix = /^\s*(?:(?:fwd?|wg)\s*:\s*)+/i;

/** An empty draft with the signature. */
export function newDraft(signature: string): Draft {
  return { ...blank, text: signed('', signature) };
}

/** A draft from a mailto: URL. */
export function mailtoDraft(request: MailtoRequest, signature: string): Draft {
  const { to, cc, bcc, subject, body } = request;
  return { ...blank, to, cc, bcc, subject, text: signed(body, signature) };
}

/**
 * A reply, from the owner's address that the message was sent to.
 * @param own the owner's addresses, which get no copy; a reply to the owner's own mail goes to its recipients
 */
export function replyDraft(
  id: string,
  original: OriginalMessage,
  toAll: boolean,
  own: OwnAddresses,
  { signature, answers }: { signature: string; answers: 'above' | 'below' },
): Draft {
  const isOwn = ownAddressTest(own);
  const { to, cc } = toAll ? everyone(original, isOwn) : { to: answerTo(original, isOwn), cc: [] };
  const quoted = `${attribution(original)}\n${quote(beginningOf(original.text))}\n`;
  return {
    ...blank,
    from: writtenTo(original, own, isOwn),
    to: written(to),
    cc: written(cc),
    subject: `Re: ${original.subject.replace(replyPrefix, '')}`.trimEnd(),
    // With a line to write in, and an empty line between it and the quote.
    text: signed(answers === 'above' ? `\n\n${quoted}` : `${quoted}\n`, signature),
    source: { id, kind: 'reply' },
  };
}

/** A forward: a block with the original header fields, the text, and all attachments. */
export function forwardDraft(id: string, original: OriginalMessage, signature: string): Draft {
  const block = [
    '---------- Forwarded message ----------',
    ...line('From', written(original.people('from'))),
    ...line('Date', original.field('date') ?? ''),
    ...line('Subject', original.subject),
    ...line('To', written(original.people('to'))),
    ...line('Cc', written(original.people('cc'))),
  ].join('\n');
  return {
    ...blank,
    subject: `Fwd: ${original.subject.replace(forwardPrefix, '')}`.trimEnd(),
    text: signed(`\n\n${block}\n\n${trimEndOf(beginningOf(original.text), '\n')}\n`, signature),
    files: [...original.files],
    source: { id, kind: 'forward' },
  };
}

const blank: Draft = {
  id: null,
  messageId: '',
  from: '',
  replyTo: '',
  to: '',
  cc: '',
  bcc: '',
  subject: '',
  text: '',
  files: [],
  source: null,
  kept: null,
};

function signed(text: string, signature: string): string {
  const own = trimEndOf(signature.replace(/\r\n?/g, '\n'), '\n');
  return own === '' ? text : `${text}\n\n-- \n${own}\n`;
}

/** The addresses in the first of Mail-Reply-To (djb), Reply-To, From, Sender that has any; for the owner's mail, its recipients. */
function answerTo(original: OriginalMessage, isOwn: (address: string) => boolean): readonly Person[] {
  for (const field of ['mail-reply-to', 'reply-to', 'from', 'sender']) {
    const people = original.people(field);
    if (people.length === 0) continue;
    const recipients = original.people('to');
    return field === 'from' && people.every(p => isOwn(p.address)) && recipients.length > 0 ? recipients : people;
  }
  return [];
}

function everyone(original: OriginalMessage, isOwn: (address: string) => boolean): { to: Person[]; cc: Person[] } {
  const seen = new Set<string>();
  const fresh = (people: readonly Person[]): Person[] =>
    people.filter(({ address }) => {
      const key = address.toLowerCase();
      if (isOwn(address) || seen.has(key)) return false;
      seen.add(key);
      return true;
    });
  const followup = fresh(original.people('mail-followup-to'));
  if (followup.length > 0) return { to: followup, cc: [] };
  const to = fresh([...answerTo(original, isOwn), ...original.people('to')]);
  const cc = fresh(original.people('cc'));
  if (to.length > 0) return { to, cc };
  return cc.length > 0 ? { to: cc, cc: [] } : { to: [...answerTo(original, isOwn)], cc: [] };
}

/** The owner's address that a message was sent to, or from; `''`: the default address, or none was found. */
function writtenTo(original: OriginalMessage, own: OwnAddresses, isOwn: (address: string) => boolean): string {
  const [deliveredTo] = original.people('delivered-to');
  const candidates = [
    ...['from', 'to', 'cc'].flatMap(field => original.people(field)).map(({ address }) => address),
    ...(deliveredTo ? [withoutPrepend(deliveredTo.address, own)] : []),
  ];
  const found = candidates.find(isOwn);
  if (found === undefined || lowerAscii(found) === lowerAscii(usualAddress(own))) return '';
  return formatPerson({ name: '', address: found });
}

function attribution(original: OriginalMessage): string {
  const [author] = original.people('from');
  const who = author ? author.name || author.address : 'someone';
  const when = whenWritten(original.field('date'));
  return when === undefined ? `${who} wrote:` : `On ${when}, ${who} wrote:`;
}

/** The date and time in the Date field, in the author's time zone, without seconds and zone. */
function whenWritten(date: string | undefined): string | undefined {
  const parts = /(?:([a-z]{3}),\s*)?(\d{1,2})\s+([a-z]{3})\s+(\d{4})\s+(\d{1,2}:\d{2})/i.exec(date ?? '');
  if (!parts) return undefined;
  const [, weekday, day, month, year, time] = parts;
  return `${weekday ? `${weekday}, ` : ''}${Number(day)} ${month} ${year} at ${time}`;
}

/** As much of the text as the reader shows: a longer quote would only make writing slow. */
function beginningOf(text: string): string {
  if (text.length <= maxText) return text;
  return `${text.slice(0, maxText)}\n\n[The text is cut: it has ${text.length} characters.]`;
}

/** Each line with `>` in front; the signature is left out. */
function quote(text: string): string {
  const lines = text.split('\n');
  const signature = lines.lastIndexOf('-- ');
  const kept = signature > 0 ? lines.slice(0, signature) : lines;
  while (kept.length > 1 && kept.at(-1)?.trim() === '') kept.pop();
  return kept.map(line => (line === '' || line.startsWith('>') ? `>${line}` : `> ${line}`)).join('\n');
}

function line(name: string, value: string): string[] {
  return value === '' ? [] : [`${name}: ${value}`];
}

function written(people: readonly Person[]): string {
  return people.map(formatPerson).join(', ');
}
