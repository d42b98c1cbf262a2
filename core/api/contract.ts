// Everything a front end may ask of the host, in one place. The window, the web page and the command line all speak
// this contract; main and renderer derive their types from it. No I/O here: values are plain JSON.
import type * as v from 'valibot';
import { checks } from './checks.ts';
import { compose } from './compose.ts';
import { explain } from './explain.ts';
import { fetch } from './fetch.ts';
import { guide } from './guide.ts';
import { host } from './host.ts';
import { links } from './links.ts';
import { mail } from './mail.ts';
import { page } from './page.ts';
import { queue } from './queue.ts';
import { rules } from './rules.ts';
import { trace } from './trace.ts';
import type { Caller } from './transport/caller.ts';

/** All verbs, by the name they have on the wire. */
export const contract = {
  'host.status': host.status,
  'host.settings': host.settings,
  'host.change': host.change,
  'host.configuration': host.configuration,
  'host.checks': checks,
  'host.reload': host.reload,
  'mail.mailboxes': mail.mailboxes,
  'mail.list': mail.list,
  'mail.ids': mail.ids,
  'mail.position': mail.position,
  'mail.nextUnread': mail.nextUnread,
  'mail.flags': mail.flags,
  'mail.read': mail.read,
  'mail.source': mail.source,
  'mail.bytes': mail.bytes,
  'mail.attachment': mail.attachment,
  'mail.flag': mail.flag,
  'mail.move': mail.move,
  'mail.remove': mail.remove,
  'mail.makeFolder': mail.makeFolder,
  'mail.renameFolder': mail.renameFolder,
  'mail.removeFolder': mail.removeFolder,
  'compose.start': compose.start,
  'compose.senders': compose.senders,
  'compose.open': compose.open,
  'compose.save': compose.save,
  'compose.discard': compose.discard,
  'compose.look': compose.look,
  'compose.send': compose.send,
  'rules.list': rules.list,
  'rules.explain': rules.explain,
  'rules.save': rules.save,
  'rules.remove': rules.remove,
  'explain.address': explain.address,
  'explain.trace': trace,
  'page.open': page.open,
  'page.sessions': page.sessions,
  'page.revoke': page.revoke,
  'links.list': links.list,
  'links.up': links.up,
  'links.down': links.down,
  'links.exchange': links.exchange,
  'links.stop': links.stop,
  'links.offline': links.offline,
  'links.waiting': links.waiting,
  'links.order': links.order,
  'links.drop': links.drop,
  'links.bounce': links.bounce,
  'links.history': links.history,
  'links.transcript': links.transcript,
  'links.file': links.file,
  'links.check': links.check,
  'links.words': links.words,
  'links.forecast': links.forecast,
  'links.save': links.save,
  'links.remove': links.remove,
  'links.test': links.test,
  'links.etrn': links.etrn,
  'fetch.list': fetch.list,
  'fetch.now': fetch.now,
  'fetch.stop': fetch.stop,
  'fetch.file': fetch.file,
  'fetch.check': fetch.check,
  'fetch.words': fetch.words,
  'fetch.save': fetch.save,
  'fetch.remove': fetch.remove,
  'fetch.password': fetch.password,
  'guide.present': guide.present,
  'guide.find': guide.find,
  'guide.try': guide.try,
  'guide.trial': guide.trial,
  'guide.stop': guide.stop,
  'guide.save': guide.save,
  'queue.list': queue.list,
  'queue.retry': queue.retry,
  'queue.pause': queue.pause,
  'queue.resume': queue.resume,
  'queue.hold': queue.hold,
  'queue.release': queue.release,
  'queue.bounce': queue.bounce,
  'queue.remove': queue.remove,
  'queue.view': queue.view,
  'queue.series': queue.series,
} as const;

/** Events that the host sends by itself. A listener that sees a gap in `seq` asks again for what it shows. */
const events = {
  /** The host's state changed: load, waiting mail, problems, settings. */
  'host.changed': host.changed,
  /** Mail arrived, moved, or changed its flags. */
  'mail.changed': mail.changed,
  /** A message was put into the inbox from outside (for notifications). */
  'mail.arrived': mail.arrived,
  /** The queue or the delivery figures changed. */
  'queue.changed': queue.changed,
  /** A link, or what waits for it, changed. */
  'links.changed': links.changed,
  /** An account whose mail is fetched changed. */
  'fetch.changed': fetch.changed,
} as const;

type Contract = typeof contract;
/** `area.verb` */
export type Method = keyof Contract;
export type Request<M extends Method> = v.InferInput<Contract[M]['request']>;
/** What a handler receives: the request after validation. */
export type Asked<M extends Method> = v.InferOutput<Contract[M]['request']>;
export type Reply<M extends Method> = v.InferOutput<Contract[M]['reply']>;
export type EventName = keyof typeof events;
export type EventData<E extends EventName> = v.InferOutput<(typeof events)[E]>;

/** The host as a front end sees it. `call` rejects with an `ApiError`; nothing else is thrown across a transport. */
export interface Api {
  call<M extends Method>(method: M, request: Request<M>): Promise<Reply<M>>;
  /** Subscribes; the returned function ends the subscription. */
  on<E extends EventName>(event: E, listener: (data: EventData<E>) => void): () => void;
  /** Calls `listener` when events may have been missed (gap, reconnect): ask again for everything shown. */
  onGap(listener: () => void): () => void;
}

/** One function per verb; a failure a person can act on is thrown as `ApiError`. */
export type Handlers = { readonly [M in Method]: (asked: Asked<M>, caller: Caller) => Promise<Reply<M>> };

/** Verbs that need not know the caller: whose mail and rules they are about is decided when the handlers are created. */
export type HandlersOf<Some extends Method> = { readonly [M in Some]: (asked: Asked<M>) => Promise<Reply<M>> };
