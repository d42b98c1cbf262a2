// A running host's configuration: what is read once, what at SIGHUP, and what again for each connection, delivery and
// message, as qmail's programs do because each of them is started anew.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileMarks } from '../lib/file-mark.ts';
import type { LogLine } from '../lib/log.ts';
import { reasonOf } from '../lib/user-error.ts';
import { type Control, readControl, readControlAs, readLocals, readVirtualDomains } from './control.ts';
import { controlFiles } from './files.ts';

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
    'percenthack',
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
    'rcpthosts',
    'relayclients',
    'smtpgreeting',
    'timeoutsmtpd',
  ],
  delivery: [
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
export interface LiveControl {
  /** The queue's: as at the start, or at the last `reread`. */
  queue(): Control;
  /** For a client that connects: its files as they are now. @throws UserError when one cannot be read: refuse for now */
  connection(): Control;
  /** For a delivery to another host. @throws UserError as `connection` does */
  delivery(): Control;
  /** For a message that is written here. @throws UserError as `connection` does */
  message(): Control;
  /** qmail-send's SIGHUP. @returns what was wrong, if anything: what could not be read stays as it was */
  reread(): string | undefined;
}

/** @throws UserError when the control files cannot be read now */
export function openLiveControl(home: string, log: LogLine): LiveControl {
  let queue = readControl(home);

  /** `read` again whenever one of the files changed, or the queue's control did. */
  function view(names: readonly string[]): () => Control {
    const paths = names.map(name => join(home, 'control', name));
    let known: { control: Control; of: Control; marks: string | undefined } | undefined;
    return () => {
      const marks = fileMarks(paths);
      if (!known || known.of !== queue || marks === undefined || known.marks !== marks) {
        const { locals, virtualDomains } = queue;
        const control = { ...readControlAs(home, queue.me), locals, virtualDomains };
        known = { control: Object.freeze(control), of: queue, marks };
      }
      return known.control;
    };
  }

  return {
    queue: () => queue,
    connection: view(filesReadAt.connection),
    delivery: view(filesReadAt.delivery),
    message: view(filesReadAt.message),
    reread() {
      const read = rereadControl(home, queue);
      queue = read.control;
      if (read.alert !== undefined) log(`alert: ${read.alert}`);
      return read.alert;
    },
  };
}

/**
 * What qmail-send does at SIGHUP (regetcontrols): locals and virtualdomains, both or none. Waypost then takes the other
 * files too, which qmail-send would read at its next start only.
 */
function rereadControl(home: string, old: Control): { control: Control; alert?: string } {
  if (!statSync(home, { throwIfNoEntry: false })?.isDirectory()) {
    return { control: old, alert: 'unable to reread controls: unable to switch to home directory' };
  }
  const files = controlFiles(join(home, 'control'));
  const locals = attempt(() => readLocals(files, old.me));
  if (!locals) return { control: old, alert: 'unable to reread control/locals' };
  const virtualDomains = attempt(() => readVirtualDomains(files));
  if (!virtualDomains) return { control: old, alert: 'unable to reread control/virtualdomains' };
  try {
    return { control: readControlAs(home, old.me) };
  } catch (error) {
    return {
      control: Object.freeze({ ...old, locals, virtualDomains }),
      alert: `locals and virtualdomains were read again, but not all others: ${reasonOf(error)}`,
    };
  }
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
