// The thread fields of a reply: In-Reply-To and References (RFC 5322 section 3.6.4).

import { messageIdsIn } from '../../message/header/message-ids.ts';
import { fieldValue, splitMessage } from '../../message/header/split-message.ts';

/** Message-IDs with their angle brackets. */
export interface Thread {
  readonly inReplyTo: string | undefined;
  /** Oldest first. */
  readonly references: readonly string[];
}

export const noThread: Thread = { inReplyTo: undefined, references: [] };

// For long threads only the root and the latest messages are kept.
const maxReferences = 24;

/** The fields for a reply to the message `raw`. */
export async function threadAnswering(raw: Uint8Array): Promise<Thread> {
  const ids = await idsIn(raw);
  const [parent] = ids('message-id');
  const references = ids('references');
  const older = references.length > 0 ? references : ids('in-reply-to').slice(0, 1);
  if (parent === undefined) return noThread;
  return { inReplyTo: parent, references: shortened([...older.filter(id => id !== parent), parent]) };
}

/** The fields in a message (a draft). */
export async function threadOf(raw: Uint8Array): Promise<Thread> {
  const ids = await idsIn(raw);
  return { inReplyTo: ids('in-reply-to')[0], references: shortened(ids('references')) };
}

async function idsIn(raw: Uint8Array): Promise<(field: string) => string[]> {
  const { fields } = await splitMessage([raw]);
  return name => {
    const field = fields.find(field => field.name === name);
    return field ? messageIdsIn(fieldValue(field)) : [];
  };
}

function shortened(ids: readonly string[]): readonly string[] {
  return ids.length <= maxReferences ? ids : [ids[0] as string, ...ids.slice(1 - maxReferences)];
}
