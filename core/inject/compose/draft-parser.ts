// Creates drafts and threads from strangers' messages. The composer uses it through a separate process (core/host/processes/parser.ts),
// which may fail over a message.
import type { Draft } from '../../api/compose.ts';
import { parseMailto } from './mailto.ts';
import { forwardDraft, mailtoDraft, replyDraft } from './new-draft.ts';
import { parseOriginalMessage } from './original-message.ts';
import type { OwnAddresses } from './owner-addresses.ts';
import { readDraft } from './read-draft.ts';
import { type Thread, threadAnswering, threadOf } from './threading.ts';

/** A draft that replies to or forwards a message. */
export interface Beginning {
  readonly kind: 'reply' | 'reply-all' | 'forward';
  /** The message's id. */
  readonly id: string;
  readonly own: OwnAddresses;
  readonly signature: string;
  readonly answers: 'above' | 'below';
}

/** All throw ParseFailure (core/lib/process/parse-failure.ts). */
export interface DraftParser {
  begin(beginning: Beginning, raw: Uint8Array): Promise<Draft>;
  /** Opens a draft, or any message as if it were one. */
  open(id: string, own: OwnAddresses, raw: Uint8Array): Promise<Draft>;
  /** @returns undefined if it is not a mailto: URL */
  mailto(url: string, signature: string): Promise<Draft | undefined>;
  /** `answering`: the fields for a reply to the message; `own`: the message's own fields. */
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
