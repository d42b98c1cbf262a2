// The host itself: its state, where it listens, and how it is configured.
import * as v from 'valibot';
import { verb } from './verb.ts';

const Listener = v.object({ address: v.string(), port: v.number() });

/** Something that the owner should know and can fix. */
export const Problem = v.object({
  /** Stable name of the kind of problem, e.g. `maildir-missing`. */
  code: v.string(),
  /** What is wrong and what to do about it, in one or two sentences. */
  text: v.string(),
});
export type Problem = v.InferOutput<typeof Problem>;

export const HostStatus = v.object({
  version: v.string(),
  /** control/me */
  me: v.string(),
  /** Path of the home directory. */
  home: v.string(),
  /** The user whose mail the window shows, their addresses and their Maildir's path. */
  owner: v.object({
    user: v.string(),
    name: v.string(),
    /** On this host. */
    address: v.string(),
    /** In From of a message, unless another is chosen. */
    from: v.string(),
    maildir: v.string(),
  }),
  smtp: v.nullable(Listener),
  pop3: v.nullable(Listener),
  /** Where it is shown; null: nowhere. `url`: the page's address without the key that admits a browser. */
  window: v.nullable(
    v.variant('kind', [
      v.object({ kind: v.literal('desktop') }),
      v.object({ kind: v.literal('page'), url: v.string() }),
    ]),
  ),
  /** POP3 within TLS from the start. */
  pop3s: v.nullable(Listener),
  qmtp: v.nullable(Listener),
  qmqp: v.nullable(Listener),
  /** Whoever connects there asks for the mail of its link. */
  turn: v.nullable(Listener),
  unread: v.number(),
  /** Messages that wait in the queue; null `nextTryMs` when nothing is scheduled. */
  waiting: v.number(),
  nextTryMs: v.nullable(v.number()),
  /** What is for other hosts waits for one of these links to be up; not there: for none. */
  waitsForLinks: v.optional(v.array(v.string())),
  /** How many of them are held as a whole. */
  held: v.number(),
  problems: v.array(Problem),
});
export type HostStatus = v.InferOutput<typeof HostStatus>;

/** Characters (UTF-16) that a setting may have. */
export const settingLimits = { name: 300, signature: 20_000 };

export const Settings = v.object({
  theme: v.picklist(['system', 'light', 'dark']),
  /** Desktop only: closing the window keeps the host running in the tray. */
  closeToTray: v.boolean(),
  /** Desktop only: start when the user logs in, without a window. */
  startAtLogin: v.boolean(),
  /** Desktop only: how much of a new message a notification shows. */
  notify: v.picklist(['off', 'count', 'sender', 'subject']),
  /** The name put into From of new messages; empty for none. */
  name: v.string(),
  signature: v.string(),
  /** Where a reply begins: above the quote, or below it. */
  answers: v.picklist(['above', 'below']),
  /** The guide is shown when the window opens, until it was followed or refused. */
  welcome: v.boolean(),
});
export type Settings = v.InferOutput<typeof Settings>;

/** What may be changed, with limits on length: each is read at every start, and put into every message. */
const Changes = v.partial(
  v.object({
    ...Settings.entries,
    name: v.pipe(v.string(), v.maxLength(settingLimits.name)),
    signature: v.pipe(v.string(), v.maxLength(settingLimits.signature)),
  }),
);

/** The control files in words, and what may be wrong with the configuration (qmail-showctl). */
const Configuration = v.object({
  home: v.string(),
  files: v.array(
    v.object({
      /** Its name in control/. */
      name: v.string(),
      /** There is no such file, and the default applies. */
      isDefault: v.boolean(),
      /** `says` has a sentence for each of its entries. */
      isList: v.boolean(),
      says: v.array(v.string()),
      /** When a change takes effect: at the next start, SIGHUP, client, delivery, or message written here. */
      takesEffect: v.picklist(['start', 'hup', 'connection', 'delivery', 'message', 'other']),
    }),
  ),
  findings: v.array(
    v.object({
      severity: v.picklist(['warning', 'note']),
      /** Stable name of the kind, e.g. `open-relay`. */
      code: v.string(),
      /** Below the home: `control/locals`. */
      file: v.string(),
      line: v.nullable(v.number()),
      /** What is wrong and what to do about it. */
      text: v.string(),
    }),
  ),
});

const Nothing = v.object({});

export const host = {
  status: verb(Nothing, HostStatus),
  settings: verb(Nothing, Settings),
  /** Changes some settings; answers all. */
  change: verb(Changes, Settings),
  /** `dns`: the name servers are asked too, which may take some seconds. */
  configuration: verb(v.object({ dns: v.optional(v.boolean(), false) }), Configuration),
  /** Reads the control files again, as at SIGHUP, and `me` too. `problem`: what could not be read, and stays as it was. */
  reload: verb(Nothing, v.object({ problem: v.nullable(v.string()) })),
  changed: HostStatus,
};
