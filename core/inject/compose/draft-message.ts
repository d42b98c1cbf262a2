// The message that a draft becomes when it is sent.
import type { Draft } from '../../api/compose.ts';
import type { RewriteAddress } from '../../message/header/address-list.ts';
import { buildMessage, nobodyNamed } from './build-message.ts';
import type { GeneratedFields } from './draft-file.ts';
import { readRecipients } from './sender-and-recipients.ts';

/** The bytes for the queue: Bcc is in the envelope only. @throws ApiError `invalid` as `readRecipients` */
export function messageOfDraft(draft: Draft, generated: GeneratedFields, rewrite: RewriteAddress): Promise<Buffer> {
  const { to, cc, replyTo } = readRecipients(draft, rewrite);
  return buildMessage({
    ...generated,
    to,
    cc,
    bcc: [],
    replyTo,
    subject: draft.subject.trim(),
    text: draft.text,
    purpose: 'send',
    files: draft.files,
    extraFields: {},
    listLines: to.length + cc.length === 0 ? nobodyNamed : '',
  });
}
