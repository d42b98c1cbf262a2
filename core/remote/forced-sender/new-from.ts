// The header of a message with another author's address: From has it, with the name that was there, and Reply-To leads to the former
// author, unless there is a Reply-To. Other fields stay as they are.
import { lowerAscii } from '../../message/address.ts';
import { readAddressList } from '../../message/header/address-list.ts';
import { fieldValue, type RawField } from '../../message/header/split-message.ts';
import { formatTokens, type Token, tokenize, unquoteTokens } from '../../message/header/tokens.ts';

/** @param address needs no quotes @param noReplyTo nobody is to reply @returns undefined: it is from this address already */
export function withNewFrom(
  fields: readonly RawField[],
  address: string,
  noReplyTo: boolean,
): readonly RawField[] | undefined {
  const author = fields.find(({ name }) => name === 'from');
  const from = fieldOf('from', `From: ${author ? newAuthor(fieldValue(author), address) : address}\n`);
  if (!author) return [...fields, from];
  if (isFrom(author, address)) return undefined;
  const keepsReplyTo = noReplyTo || fields.some(({ name }) => name === 'reply-to');
  const replyTo = keepsReplyTo ? [] : [fieldOf('reply-to', `Reply-To:${fieldValue(author)}`)];
  // Sender would name the former author (RFC 5322 section 3.6.2), and there is one From.
  return fields.flatMap(field => {
    if (field === author) return [from, ...replyTo];
    return field.name === 'from' || field.name === 'sender' ? [] : [field];
  });
}

function fieldOf(name: string, text: string): RawField {
  return { name, raw: Buffer.from(text, 'latin1') };
}

function isFrom(field: RawField, address: string): boolean {
  const [only, ...others] = addressesIn(fieldValue(field));
  return others.length === 0 && only !== undefined && lowerAscii(unquoteTokens(only)) === lowerAscii(address);
}

/** The former author's name and the address; of several authors no name is kept. */
function newAuthor(value: string, address: string): string {
  const known = tokenize(address) ?? [];
  const list = addressesIn(value).length === 1 ? readAddressList(tokenize(value) ?? [], () => known) : undefined;
  return list ? formatTokens(list.tokens) : address;
}

function addressesIn(value: string): readonly (readonly Token[])[] {
  const tokens = tokenize(value);
  return (tokens && readAddressList(tokens, written => written)?.addresses) ?? [];
}
