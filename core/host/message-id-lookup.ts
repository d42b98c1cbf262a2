// Finds out whether a message was ever queued, by its Message-ID, after the reply to a Send was lost. The log lists what was
// accepted and what was found after a crash; for lines that the disk refused, the messages that wait are searched.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { HandlersOf } from '../api/contract.ts';
import { readFileStart } from '../mailbox/reading/file-start.ts';
import { messageIdIn } from '../queue/intake/message-id.ts';

const headBytes = 8192;

/** @param trace the handler of `explain.trace` for the same home */
export function createMessageIdLookup(
  home: string,
  trace: HandlersOf<'explain.trace'>,
): (messageId: string) => Promise<boolean> {
  return async messageId => {
    const { messages } = await trace['explain.trace']({ query: messageId, limit: 1 });
    return messages.length > 0 || (await waits(join(home, 'queue', 'mess'), messageId));
  };
}

async function waits(directory: string, messageId: string): Promise<boolean> {
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    try {
      const { raw } = await readFileStart(join(entry.parentPath, entry.name), headBytes);
      if (messageIdIn(raw) === messageId) return true;
    } catch {
      // It was delivered in the meantime: then the log has it.
    }
  }
  return false;
}
