// A Maildir for reading, as the host uses it: the mail.* calls, the owner's messages as files, and events.
import type { EventData, HandlersOf } from '../api/contract.ts';
import { refusal } from '../api/errors.ts';
import { mailboxOf } from '../api/mail.ts';
import type { Clock } from '../lib/clock.ts';
import type { Dispose } from '../lib/dispose.ts';
import type { LogLine } from '../lib/log.ts';
import { maxParsedBytes, ParseFailure } from '../lib/process/parse-failure.ts';
import { reasonOf } from '../lib/user-error.ts';
import type { MailboxAccess } from '../paper-path/mailbox-access.ts';
import { createUniqueName } from '../paper-path/maildir-names.ts';
import { type Actions, createActions } from './actions/actions.ts';
import { createFolderActions, type FolderActions } from './actions/folder-actions.ts';
import type { Box } from './boxes/box.ts';
import { type Catalog, openCatalog } from './boxes/catalog.ts';
import { createChangeEvents } from './boxes/change-events.ts';
import type { Entry } from './boxes/folder.ts';
import { type Located, messageId, withFile } from './boxes/locate.ts';
import { nameText } from './files/disk-names.ts';
import { folderAt, shownPath } from './folders/folder-ids.ts';
import { listMailboxes } from './folders/folders.ts';
import { flagsNow, idsBetween, nextUnread, positionOf } from './list/find-in-list.ts';
import { listMessages, messageRow, notYet } from './list/listing.ts';
import { createAttachments } from './reading/attachments.ts';
import { notParsedText } from './reading/describe-files.ts';
import { readFileStart } from './reading/file-start.ts';
import { readPiece, showSource } from './reading/source.ts';
import type { TakeApart } from './reading/take-apart.ts';

type MailHandlers = HandlersOf<
  | 'mail.mailboxes'
  | 'mail.list'
  | 'mail.ids'
  | 'mail.position'
  | 'mail.nextUnread'
  | 'mail.flags'
  | 'mail.read'
  | 'mail.source'
  | 'mail.bytes'
  | 'mail.attachment'
  | 'mail.flag'
  | 'mail.move'
  | 'mail.remove'
  | 'mail.makeFolder'
  | 'mail.renameFolder'
  | 'mail.removeFolder'
>;

export interface MailStore {
  readonly handlers: MailHandlers;
  readonly files: MailboxAccess;
  /** Creates the mailbox with this directory, a byte string, if it can be one of the Maildir's. Never rejects. */
  makeFolderAt(path: string): Promise<void>;
  /** Mail arrived, moved or changed its flags; at most ten times a second. */
  onChanged(listener: (data: EventData<'mail.changed'>) => void): Dispose;
  /** A file arrived in some new/ after the start. Of many at the same time, only the newest are reported. */
  onArrived(listener: (data: EventData<'mail.arrived'>) => void): Dispose;
  /** Ends watches and timers and writes the index; resolves when nothing runs any more. */
  close(): Promise<void>;
}

export interface MailStoreDeps {
  /** The Maildir; if it does not exist, it is shown as empty and looked for again. */
  readonly maildir: string;
  readonly clock: Clock;
  /** For the names of files that are written here. */
  readonly hostName: string;
  readonly log: LogLine;
  readonly takeApart: TakeApart;
  /** The file that keeps summaries between runs, e.g. `<home>/index/mail.sqlite`; undefined: none. */
  readonly indexPath: string | undefined;
}

const maxTold = 10;
const mostLookedAt = 20_000;

/** Opens a Maildir for reading. Resolves when all messages are known by name; never rejects for what is on disk. */
export async function openMailStore(deps: MailStoreDeps): Promise<MailStore> {
  const { clock } = deps;
  let catalog: Catalog | undefined;
  const changes = createChangeEvents({ clock, snapshot: () => ({ mailboxes: catalog ? mailboxesOf(catalog) : [] }) });
  const opened = await openCatalog({
    maildir: deps.maildir,
    clock,
    log: deps.log,
    indexPath: deps.indexPath,
    onChange: changes.touch,
    onArrived: (box, arrived) => void tellArrived(box, arrived),
    takeApart: deps.takeApart,
  });
  catalog = opened;
  const uniqueName = createUniqueName({ clock, hostName: deps.hostName, pid: process.pid });
  const actions = createActions(opened, uniqueName);
  const folders = createFolderActions({ maildir: deps.maildir, catalog: opened, actions, uniqueName });

  async function tellArrived(box: Box, arrived: readonly Entry[]): Promise<void> {
    const told = arrived.slice(-maxTold);
    await box.describe(told);
    for (const entry of told) {
      if (!entry.summary) continue;
      const { from, subject } = entry.summary;
      changes.arrived({ id: messageId(box, entry), from, subject, unread: box.folder.unread() });
    }
  }

  return {
    handlers: createHandlers(opened, actions, folders, deps),
    files: {
      raw: id =>
        withFile(opened, id, async ({ path }) => {
          const { raw, sizeBytes } = await readFileStart(path, maxParsedBytes);
          if (sizeBytes <= maxParsedBytes) return raw;
          throw refusal('message-too-large', {});
        }),
      add: actions.add,
      async flag(id, add) {
        await actions.flag([id], add, []);
      },
      remove: async id => (await actions.remove([id])) > 0,
      addressees: () => addressees(opened),
      idsIn(mailbox) {
        const box = opened.find(mailbox);
        return box ? [...box.folder.entries.values()].map(entry => messageId(box, entry)) : [];
      },
      isIn(mailbox, id) {
        const folder = opened.find(mailbox)?.id ?? mailbox;
        return mailboxOf(id) === folder;
      },
    },
    async makeFolderAt(path) {
      const id = folderAt(deps.maildir, nameText(Buffer.from(path, 'latin1')));
      if (id === undefined || opened.boxes().has(id)) return;
      try {
        await opened.make(id);
      } catch (error) {
        deps.log(`warning: unable to create the folder ${shownPath(id).join('/')}: ${reasonOf(error)}`);
      }
    },
    onChanged: changes.onChanged,
    onArrived: changes.onArrived,
    async close() {
      changes.close();
      await opened.close();
    },
  };
}

/** The addresses to which mail came: what the owner wrote names others. */
function* addressees(catalog: Catalog): Generator<string> {
  const others = [catalog.find('Sent'), catalog.find('Drafts')];
  let looked = 0;
  for (const box of catalog.boxes().values()) {
    if (others.includes(box)) continue;
    for (const { summary } of box.folder.entries.values()) {
      if (++looked > mostLookedAt) return;
      for (const { address } of summary?.to ?? []) yield address;
    }
  }
}

function createHandlers(
  catalog: Catalog,
  actions: Actions,
  folders: FolderActions,
  { clock, takeApart }: MailStoreDeps,
): MailHandlers {
  const attachments = createAttachments(takeApart, clock);
  return {
    'mail.mailboxes': async () => mailboxesOf(catalog),
    'mail.list': asked => listMessages(catalog, clock, asked),
    'mail.ids': asked => idsBetween(catalog, clock, asked),
    'mail.position': asked => positionOf(catalog, clock, asked),
    'mail.nextUnread': asked => nextUnread(catalog, clock, asked),
    'mail.flags': ({ ids }) => flagsNow(catalog, ids),
    'mail.read': ({ id }) => withFile(catalog, id, found => readMessage(id, found, takeApart)),
    'mail.source': ({ id }) => withFile(catalog, id, ({ path }) => showSource(path)),
    'mail.bytes': ({ id, offset }) => withFile(catalog, id, ({ path }) => readPiece(path, offset)),
    'mail.attachment': asked => withFile(catalog, asked.id, ({ path }) => attachments.read(asked, path)),
    'mail.flag': async ({ ids, add, remove }) => ({ ids: await actions.flag(ids, add, remove) }),
    'mail.move': async ({ ids, to }) => ({ ids: await actions.move(ids, to) }),
    'mail.remove': async ({ ids }) => ({ removed: await actions.remove(ids) }),
    'mail.makeFolder': async ({ parent, name }) => ({ id: await folders.make(parent, name) }),
    'mail.renameFolder': async ({ id, name }) => ({ id: await folders.rename(id, name) }),
    'mail.removeFolder': async ({ id }) => ({ trashed: await folders.remove(id) }),
  };
}

function mailboxesOf(catalog: Catalog): EventData<'mail.changed'>['mailboxes'] {
  const counts = [...catalog.boxes()].map(
    ([id, { folder }]) => [id, { total: folder.total(), unread: folder.unread() }] as const,
  );
  return listMailboxes(new Map(counts));
}

async function readMessage(id: string, { box, entry, path }: Located, takeApart: TakeApart) {
  const { raw, sizeBytes } = await readFileStart(path, maxParsedBytes);
  // The size has changed: a program wrote into the file, against the rules.
  if (entry.summary && entry.summary.sizeBytes !== sizeBytes) box.folder.describe(entry, undefined);
  try {
    const content = await takeApart.content(raw, sizeBytes);
    // Its row can be described now too.
    if (entry.summary?.problem !== undefined) box.folder.describe(entry, undefined);
    await box.describe([entry]);
    return { ...messageRow(id, entry, entry.summary ?? notYet(entry)), ...content };
  } catch (error) {
    if (!(error instanceof ParseFailure)) throw error;
    const row = messageRow(id, entry, entry.summary ?? notYet(entry));
    const text = notParsedText(error.message);
    return {
      ...row,
      sizeBytes,
      cc: [],
      replyTo: [],
      messageId: '',
      text,
      html: null,
      files: [],
      invitation: null,
      faults: [],
    };
  }
}
