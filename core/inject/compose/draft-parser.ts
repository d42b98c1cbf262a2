// Drafts and threads made of strangers' bytes: what the composer asks of whoever takes messages apart, a process that may
// fail over a message (core/host/processes/parser.ts), with the functions below.
import type { Draft } from '../../api/compose.ts';
import { parseMailto } from './mailto.ts';
import { forwardDraft, mailtoDraft, replyDraft } from './new-draft.ts';
import { parseOriginalMessage } from './original-message.ts';
import type { OwnAddresses } from './owner-addresses.ts';
import { readDraft } from './read-draft.ts';
import { type Thread, threadAnswering, threadOf } from './threading.ts';

/** A draft that begins with another message. */
export interface Beginning {
  readonly kind: 'reply' | 'reply-all' | 'forward';
  /** The other message's id. */
  readonly id: string;
  readonly own: OwnAddresses;
  readonly signature: string;
  readonly answers: 'above' | 'below';
}

/** All throw ParseFailure (core/lib/process/parse-failure.ts). */
export interface DraftParser {
  begin(beginning: Beginning, raw: Uint8Array): Promise<Draft>;
  /** A draft's file, or any message as if it were one. */
  open(id: string, own: OwnAddresses, raw: Uint8Array): Promise<Draft>;
  /** @returns undefined when it is no mailto: URL */
  mailto(url: string, signature: string): Promise<Draft | undefined>;
  /** `answering`: the fields for an answer to the message; `own`: those that it has itself. */
  thread(which: 'answering' | 'own', raw: Uint8Array): Promise<Thread>;
}

/** In this process. */
export const draftParserHere: DraftParser = {
  async begin({ kind, id, own, signature, answers }, raw) {
    const original = parseOriginalMessage(raw);
    if (kind === 'forward') return forwardDraft(id, original, signature);
    return replyDraft(id, original, kind === 'reply-all', own, { signature, answers });
  },
  open: async (id, own, raw) => readDraft(id, raw, own),
  async mailto(url, signature) {
    const request = parseMailto(url);
    return request && mailtoDraft(request, signature);
  },
  thread: (which, raw) => (which === 'own' ? threadOf(raw) : threadAnswering(raw)),
};
