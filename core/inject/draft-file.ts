// A draft as a file in the Drafts mailbox: a message that other mail programs can open too, with two fields of our own
// for what a header cannot hold. Bcc stays in the file; the text is kept exactly as typed.
import type { Draft } from '../api/compose.ts';
import { trimEndOf } from '../lib/trim-end.ts';
import type { RewriteAddress } from '../message/address-list.ts';
import { type Person, parseTypedList } from './compose-addresses.ts';
import { buildMessage, type Outgoing } from './compose-mime.ts';
import { maxLineEnds, type Source, sourceField, type Typed, typedField } from './read-draft.ts';

/** What a draft file needs besides the draft itself. */
export type DraftStamp = Pick<Outgoing, 'from' | 'dateMs' | 'messageId' | 'references' | 'inReplyTo' | 'boundary'>;

/** The draft's file. Lists that are not finished yet are left out of To, Cc and Bcc, but not lost. */
export async function buildDraft(draft: Draft, stamp: DraftStamp, rewrite: RewriteAddress): Promise<Buffer> {
  const { to, cc, bcc, subject } = draft;
  const people = (list: string): readonly Person[] => {
    const parsed = parseTypedList(list, rewrite);
    return parsed.ok ? parsed.people : [];
  };
  return buildMessage({
    ...stamp,
    to: people(to),
    cc: people(cc),
    bcc: people(bcc),
    subject,
    text: draft.text,
    purpose: 'draft',
    files: draft.files.map(file => ({ ...file, type: 'application/octet-stream' })),
    extraFields: {
      ...(draft.source ? { [sourceField]: formatSource(draft.source) } : {}),
      [typedField]: folded(Buffer.from(JSON.stringify(typedOf(draft))).toString('base64')),
    },
  });
}

function typedOf({ to, cc, bcc, subject, text, files }: Draft): Typed {
  const ended = text.slice(trimEndOf(text, '\r\n').length);
  const lineEnds = Math.min(ended.replaceAll('\r\n', '\n').length, maxLineEnds);
  return { to, cc, bcc, subject, lineEnds, types: files.map(file => file.type) };
}

function formatSource(source: Source): string {
  return `${source.kind} ${encodeURIComponent(source.id)}`;
}

function folded(base64: string): string {
  return (base64.match(/.{1,72}/g) ?? []).join('\r\n ');
}
