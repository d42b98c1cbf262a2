// A running host's configuration: some files are read once, some at SIGHUP, and some again for each connection, delivery and
// message, as qmail's programs read them because each is started for one of these.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { LogLine } from '../lib/log.ts';
import { keptUntilChanged } from './cached-until-changed.ts';
import { type Control, controlOf, readControl } from './control.ts';
import type { ReadAt } from './file-kinds.ts';
import { filesReadAt, hostFiles } from './file-table.ts';
import { carriedTable } from './links/carried.ts';
import { controlFilesOf, textsIn } from './read-control-files.ts';

/** The configuration as each part of the host sees it. */
interface ControlViews {
  /** The queue's: as at the start, or at the last `reread`. */
  queue(): Control;
  /** For a client that connects: its files as they are now. @throws UserError when one cannot be read: refuse for now */
  connection(): Control;
  /** For a delivery to another host. @throws UserError as `connection` does */
  delivery(): Control;
  /** For a message that is written on this host. @throws UserError as `connection` does */
  message(): Control;
}

export interface LiveControl extends ControlViews {
  /**
   * qmail-send's SIGHUP.
   * @param withName reads `me` too: the host has a new name. As in qmail, a signal does not do that
   * @returns the problem, if there was one: files that cannot be read keep their values
   */
  reread(withName?: boolean): string | undefined;
  /** What the queue's view is made from, for another process that needs the same view; without what is read for deliveries. */
  texts(): ControlTexts;
}

/** The text of each control file when it was read; null: it did not exist. Can be sent as JSON. */
export type ControlTexts = readonly (readonly [name: string, text: string | null])[];

/** Routes have passwords, and the process that acts as the owner of the mail sends nothing. */
const ofDeliveries: ReadonlySet<string> = new Set(filesReadAt('delivery'));

/** @throws UserError when the control files cannot be read now */
export function openLiveControl(home: string, log: LogLine): LiveControl {
  let texts = readTexts(home);
  readControl(home); // Refuses a home without a name.
  let queue = queueView(home, texts);

  const seen: Seen = { texts: () => texts, queue: () => queue };
  return {
    ...viewsOf(home, seen),
    reread(withName = false) {
      const read = rereadTexts(home, texts);
      const next = withName ? withNameOf(home, read.texts) : read.texts;
      if (next !== texts) {
        texts = next;
        queue = queueView(home, texts);
      }
      if (read.alert !== undefined) log(`alert: ${read.alert}`);
      return read.alert;
    },
    texts: () => [...texts].filter(([name]) => !ofDeliveries.has(name)).map(([name, text]) => [name, text ?? null]),
  };
}

/** The views of a process beside the host, which sends it the files of the queue as the host has read them. */
export interface FollowedControl extends ControlViews {
  follow(texts: ControlTexts): void;
}

/** @throws UserError when the control files cannot be read now */
export function followControl(home: string, first: ControlTexts): FollowedControl {
  let texts = textsOf(first);
  let queue = queueView(home, texts);
  return {
    ...viewsOf(home, { texts: () => texts, queue: () => queue }),
    follow(next) {
      texts = textsOf(next);
      queue = queueView(home, texts);
    },
  };
}

/** All files as they were last read. */
interface Seen {
  texts(): Texts;
  queue(): Control;
}

function viewsOf(home: string, seen: Seen): ControlViews {
  /** These files as they are now, the others as the queue has them. */
  function view(moment: ReadAt): () => Control {
    const names: readonly string[] = filesReadAt(moment);
    const paths = names.map(name => join(home, 'control', name));
    const now = textsIn(join(home, 'control'));
    const control = keptUntilChanged(paths, (_queue: Control) => {
      const files = controlFilesOf(name => (names.includes(name) ? now(name) : seen.texts().get(name)));
      return controlOf(home, files, seen.queue().me);
    });
    return () => control(seen.queue());
  }
  return {
    queue: seen.queue,
    connection: view('connection'),
    delivery: view('delivery'),
    message: view('message'),
  };
}

function queueView(home: string, texts: Texts): Control {
  const files = controlFilesOf(name => texts.get(name));
  return controlOf(home, files, files.line('me') ?? '');
}

/** With control/me as it is now, if it names a host. */
function withNameOf(home: string, texts: Texts): Texts {
  const now = textsIn(join(home, 'control'));
  try {
    return controlFilesOf(now).line('me') ? new Map([...texts, ['me', now('me')]]) : texts;
  } catch {
    return texts;
  }
}

/** Texts of control files by name; undefined: the file did not exist. */
type Texts = ReadonlyMap<string, string | undefined>;

const textsOf = (texts: ControlTexts): Texts => new Map(texts.map(([name, text]) => [name, text ?? undefined]));

function readTexts(home: string): Texts {
  const now = textsIn(join(home, 'control'));
  return new Map([...Object.keys(hostFiles), carriedTable].map(name => [name, now(name)]));
}

/**
 * What qmail-send does at SIGHUP (regetcontrols): locals and virtualdomains, both or none. Waypost then takes the other
 * files too, which qmail-send would read at its next start only.
 */
function rereadTexts(home: string, old: Texts): { texts: Texts; alert?: string } {
  if (!statSync(home, { throwIfNoEntry: false })?.isDirectory()) {
    return { texts: old, alert: 'unable to reread controls: unable to switch to home directory' };
  }
  const texts = new Map(old);
  const now = textsIn(join(home, 'control'));
  const unread = [...new Set(['locals', 'virtualdomains', carriedTable, ...filesReadAt('hup')])].filter(name => {
    try {
      texts.set(name, now(name));
      return false;
    } catch {
      return true;
    }
  });
  const [first] = unread;
  if (first === undefined) return { texts };
  const kept = first === 'locals' || first === 'virtualdomains' || first === carriedTable ? old : texts;
  return { texts: kept, alert: `unable to reread control/${first}` };
}
