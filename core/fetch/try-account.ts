// An account that is tried before its file is written: the same connection and login as of a run, and a look whether a message has
// arrived. Nothing is taken, marked or deleted.
import { type Account, serverOf } from '../control/fetch/account.ts';
import type { ReachDeps } from '../conversation/reach.ts';
import type { Clock } from '../lib/clock.ts';
import type { TriedMailbox } from '../paper-path/provider-trial.ts';
import { passwordOf } from './credential.ts';
import { type ImapClient, openImap } from './imap/client.ts';
import { messageIdOf } from './message/head.ts';
import { type Dialogue, openDialogue } from './pop3/dialogue.ts';
import { countMessages, headOf } from './pop3/messages.ts';
import { contextOf } from './secure.ts';
import type { ServerSession } from './session.ts';

export interface TryAccountDeps {
  readonly clock: Clock;
  readonly reach: ReachDeps;
}

/** @param password a byte string @throws FetchFailure */
export type OpenMailbox = (account: Account, password: string, stop: AbortSignal) => Promise<TriedMailbox>;

/** Of a POP3 mailbox, so many of the last messages are looked at. */
const lastMessages = 20;

export function createOpenMailbox({ clock, reach }: TryAccountDeps): OpenMailbox {
  return async (account, password, stop) => {
    const credential = passwordOf(account, password);
    const session: ServerSession = { account, clock, reach, credential, context: contextOf(account), stop };
    return account.protocol === 'imap' ? imapMailbox(session) : pop3Mailbox(session);
  };
}

async function imapMailbox(session: ServerSession): Promise<TriedMailbox> {
  const client = await openImap(session);
  try {
    const { exists, uidNext } = await client.open('INBOX', true);
    return {
      says: saysOf(session.account, exists),
      has: messageId => imapHas(client, uidNext, messageId),
      close: () => void client.end().finally(() => client.close()),
    };
  } catch (error) {
    client.close();
    throw error;
  }
}

async function imapHas(client: ImapClient, from: number, messageId: string): Promise<boolean> {
  const { uidNext } = await client.open('INBOX', true);
  if (uidNext <= from) return false;
  const is = ({ uid, headers }: { uid: number; headers?: Buffer }) => uid >= from && headers !== undefined;
  const query = { headers: ['message-id'] };
  const { messages } = await client.fetch(`${from}:${uidNext - 1}`, query, { most: 100, is });
  return messages.some(({ headers }) => headers?.toString('latin1').includes(messageId));
}

async function pop3Mailbox(session: ServerSession): Promise<TriedMailbox> {
  const count = await inMailbox(session, async (_, messages) => messages);
  return {
    says: saysOf(session.account, count),
    has: messageId =>
      inMailbox(session, async (dialogue, messages) => {
        for (let number = messages; number > Math.max(0, messages - lastMessages); number--) {
          const head = await headOf(number, dialogue);
          if (!head) return false;
          if (messageIdOf(head.header) === messageId) return true;
        }
        return false;
      }),
    close: () => {},
  };
}

/** A POP3 server shows what has arrived to new connections only. */
async function inMailbox<T>(
  session: ServerSession,
  look: (dialogue: Dialogue, messages: number) => Promise<T>,
): Promise<T> {
  const dialogue = await openDialogue(session);
  try {
    const found = await look(dialogue, await countMessages(dialogue));
    await dialogue.command('QUIT');
    return found;
  } finally {
    dialogue.close();
  }
}

function saysOf(account: Account, count: number): string[] {
  const { host, port } = serverOf(account);
  const messages = count === 1 ? '1 message' : `${count} messages`;
  return [
    `Connected to ${host}, port ${port}, by ${account.protocol.toUpperCase()} within TLS, with a verified certificate.`,
    `Logged in as ${account.user}. The inbox has ${messages}.`,
  ];
}
