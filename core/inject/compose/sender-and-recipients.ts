// Parses the composer's address fields into the sender and the recipients, strictly, with errors for the author.
import type { Draft, Guess, NotAddresses } from '../../api/compose.ts';
import { refusal } from '../../api/errors.ts';
import { addressFromText, splitAddress } from '../../message/address.ts';
import type { RewriteAddress } from '../../message/header/address-list.ts';
import { type Person, parseTypedList, sortTypedList } from './typed-addresses.ts';

interface DraftRecipients {
  readonly to: readonly Person[];
  readonly cc: readonly Person[];
  readonly bcc: readonly Person[];
  readonly replyTo: readonly Person[];
  /** Envelope addresses, each once. */
  readonly recipients: readonly string[];
  /** Names without a host, and the addresses that they would be completed to. */
  readonly guesses: readonly Guess[];
}

const listFields = ['to', 'cc', 'bcc', 'replyTo'] as const;
const maxBad = 20;

/** The parts of a draft's lists that are not addresses. */
export function notAddresses(draft: Draft, rewrite: RewriteAddress): NotAddresses[] {
  return listFields
    .map(field => ({ field, parts: sortTypedList(draft[field], rewrite).unfinished }))
    .filter(({ parts }) => parts.length > 0)
    .map(({ field, parts }) => ({ field, parts: parts.slice(0, maxBad).map(part => part.slice(0, 200)) }));
}

/** @throws ApiError `invalid`: there is no recipient, or an entry is not an address */
export function readRecipients(draft: Draft, rewrite: RewriteAddress): DraftRecipients {
  const [to, cc, bcc, replyTo] = [
    readList('To', draft.to, rewrite),
    readList('Cc', draft.cc, rewrite),
    readList('Bcc', draft.bcc, rewrite),
    readList('Reply-To', draft.replyTo, rewrite),
  ];
  const recipients = new Set([...to, ...cc, ...bcc].map(person => envelopeAddress(person.address)));
  if (recipients.size === 0) {
    throw refusal('no-recipients', {});
  }
  const guesses = [...to, ...cc, ...bcc, ...replyTo].flatMap(({ guessedFrom, address }) =>
    guessedFrom === undefined ? [] : { typed: guessedFrom.slice(0, 200), address },
  );
  return { to, cc, bcc, replyTo, recipients: [...recipients], guesses };
}

/** @throws ApiError `invalid` if it is not one of the owner's addresses */
export function readSender(from: string, rewrite: RewriteAddress, isOwn: (address: string) => boolean): Person {
  const list = parseTypedList(from, rewrite);
  const [person, ...others] = list.ok ? list.people : [];
  if (person && others.length === 0 && isOwn(person.address)) return { name: person.name, address: person.address };
  throw refusal('sender-not-yours', { from: from.slice(0, 200) });
}

function readList(field: string, text: string, rewrite: RewriteAddress) {
  const list = parseTypedList(text, rewrite);
  if (list.ok) return list.people;
  throw refusal('not-an-address', { field, part: list.part.slice(0, 200) });
}

/** Case does not matter in hosts: one spelling avoids duplicate copies. */
function envelopeAddress(address: string): string {
  const { local, host } = splitAddress(addressFromText(address));
  return `${local}@${host?.toLowerCase()}`;
}
