// A running host's configuration: what is read once, what at SIGHUP, and what again for each connection, delivery and
// message, as qmail's programs do because each of them is started anew.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { LogLine } from '../lib/log.ts';
import { keptUntilChanged } from './cached-until-changed.ts';
import { type Control, controlOf, readControl } from './control.ts';
import { controlFilesOf, textsIn } from './control-files.ts';

/**
 * When each file is read: at the start only; at the start and at SIGHUP (of these qmail-send rereads `locals` and
 * `virtualdomains` alone); or whenever qmail would start a program that reads it: qmail-smtpd, qmail-remote, qmail-inject.
 */
export const filesReadAt = {
  start: ['me', 'owner'],
  hup: [
    'bounceformat',
    'bouncefrom',
    'bouncehost',
    'concurrencylocal',
    'concurrencyremote',
    'defaultdelivery',
    'doublebouncehost',
    'doublebounceto',
    'envnoathost',
    'locals',
    'logbytes',
    'logdays',
    'loghashes',
    'percenthack',
    'programtimeout',
    'queueextra',
    'queuelifetime',
    'virtualdomains',
  ],
  connection: [
    'badmailfrom',
    'concurrencyincoming',
    'concurrencyperip',
    'connectionrate',
    'databytes',
    'localiphost',
    'maxrcpt',
    'rbl',
    'rcpthosts',
    'relayclients',
    'smtpgreeting',
    'tcpremotehost',
    'tcpremoteinfo',
    'timeoutsmtpd',
  ],
  delivery: [
    'fallbackrelay',
    'helohost',
    'qmtproutes',
    'remoterecipients',
    'resolvers',
    'smtproutes',
    'timeoutconnect',
    'timeoutremote',
  ],
  message: ['defaultdomain', 'defaulthost', 'idhost', 'plusdomain', 'qmqpservers'],
} as const;

/** The configuration as each part of the host is to see it. */
interface ControlViews {
  /** The queue's: as at the start, or at the last `reread`. */
  queue(): Control;
  /** For a client that connects: its files as they are now. @throws UserError when one cannot be read: refuse for now */
  connection(): Control;
  /** For a delivery to another host. @throws UserError as `connection` does */
  delivery(): Control;
  /** For a message that is written here. @throws UserError as `connection` does */
  message(): Control;
}

export interface LiveControl extends ControlViews {
  /**
   * qmail-send's SIGHUP.
   * @param withName the host has got another name: `me` too, which a signal leaves alone as in qmail
   * @returns what was wrong, if anything: what could not be read stays as it was
   */
  reread(withName?: boolean): string | undefined;
  /** What the queue's view is made of, for another process that is to have the same one. */
  texts(): ControlTexts;
}

/** What was in each control file when it was read; null: it was not there. Can be sent as JSON. */
export type ControlTexts = readonly (readonly [name: string, text: string | null])[];

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
    texts: () => [...texts].map(([name, text]) => [name, text ?? null]),
  };
}

/** The views of a process beside the host: of the queue's files it knows what the host has read, and is told. */
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

/** What was read last of all files. */
interface Seen {
  texts(): Texts;
  queue(): Control;
}

function viewsOf(home: string, seen: Seen): ControlViews {
  /** These files as they are now, the others as the queue has them. */
  function view(names: readonly string[]): () => Control {
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
    connection: view(filesReadAt.connection),
    delivery: view(filesReadAt.delivery),
    message: view(filesReadAt.message),
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

/** Texts of control files by name; undefined: there was none. */
type Texts = ReadonlyMap<string, string | undefined>;

const textsOf = (texts: ControlTexts): Texts => new Map(texts.map(([name, text]) => [name, text ?? undefined]));

function readTexts(home: string): Texts {
  const now = textsIn(join(home, 'control'));
  const names: readonly string[] = Object.values(filesReadAt).flat();
  return new Map(names.map(name => [name, now(name)]));
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
  const unread = [...new Set(['locals', 'virtualdomains', ...filesReadAt.hup])].filter(name => {
    try {
      texts.set(name, now(name));
      return false;
    } catch {
      return true;
    }
  });
  const [first] = unread;
  if (first === undefined) return { texts };
  const kept = first === 'locals' || first === 'virtualdomains' ? old : texts;
  return { texts: kept, alert: `unable to reread control/${first}` };
}
