// One link while the host runs: when it is used, by what, and what is known of it.
import type { LinkContact, LinkProgress } from '../api/links.ts';
import type { Control } from '../control/control.ts';
import { type Link, linkPrefix } from '../control/links/link.ts';
import type { LinkOfHome } from '../control/links/read-links.ts';
import type { ReachDeps } from '../conversation/reach.ts';
import { type Clock, nowSec } from '../lib/clock.ts';
import type { Dispose } from '../lib/dispose.ts';
import type { LogLine } from '../lib/log.ts';
import { reasonOf } from '../lib/user-error.ts';
import { addressFromText } from '../message/address.ts';
import type { Accept } from '../paper-path/shapes.ts';
import { type Contact, type ContactCause, contactEndText, type EarlyEnd, startContact } from './contact/contact.ts';
import type { TlsSessions } from './contact/link-tls.ts';
import { createPauses } from './contact/pauses.ts';
import type { Look } from './known-by/look.ts';
import { type PresenceWatch, watchPresence } from './known-by/presence.ts';
import { type LinkLayout, linkLayout, makeLinkDirectories } from './layout.ts';
import { contactLimits, withUse } from './limits.ts';
import { createQueuePermission } from './queue-permission.ts';
import type { ReturnToSender } from './serial/act-on-result.ts';
import { createReturnToSender } from './serial/return-to-sender.ts';
import { type Marks, openMarks } from './spool/marks.ts';
import { isKeptBack } from './spool/sending-order.ts';
import { createSpoolFailure, type SpoolFailure } from './spool/spool-failure.ts';
import { createWaitingMail, type WaitingMail } from './spool/waiting.ts';
import { type History, openHistory } from './state/history.ts';
import { secondsWithin, type Times } from './state/link-time.ts';
import { openStateFile, type StateFile } from './state/saved-state.ts';
import { rememberingServer } from './state/server-addresses.ts';
import { saveSession } from './state/sessions.ts';
import { createUsableTimes } from './state/usable-times.ts';
import type { StepResult } from './turn/step-result.ts';
import { createUsability } from './usability.ts';

export interface LinkDeps {
  readonly home: string;
  readonly clock: Clock;
  readonly log: LogLine;
  readonly bootId: string;
  readonly control: () => Control;
  readonly heloHost: () => string;
  readonly accept: Accept;
  readonly reach: ReachDeps;
  readonly lookFor: (link: Link) => Look | undefined;
  /** Fetches the mail of an account. @returns what happened, in one line for a person */
  readonly fetch: (account: string, stop: AbortSignal) => Promise<StepResult>;
  /** Something that people see has changed; often. */
  readonly changed: (name: string) => void;
  /** The gate of the ordinary queue may have opened or shut. */
  readonly gateChanged: () => void;
}

export interface RunningLink {
  readonly layout: LinkLayout;
  readonly file: LinkOfHome;
  readonly mail: WaitingMail;
  readonly marks: Marks;
  readonly history: History;
  readonly state: StateFile;
  readonly presence: PresenceWatch;
  readonly returnToSender: ReturnToSender;
  readonly spoolFailure: SpoolFailure;
  readonly isWindowOpen: boolean;
  readonly isSpent: boolean;
  readonly progress: LinkProgress | null;
  /** It has come to its step `queue` since it can be used, or at a contact that a person ordered a moment ago. */
  readonly opensQueue: boolean;
  /** When it could be used, until now. */
  usableTimes(): Times;
  /** Its file has changed. */
  use(file: LinkOfHome): void;
  /** Time has passed, or something has happened: acts if there is something to do. */
  review(): void;
  setOffline(offline: boolean): void;
  /** Starts a contact, unless one runs. @returns whether it did */
  exchange(cause: ContactCause): boolean;
  /** Somebody asks for its mail. @param ip a client of `turn-for` has come from there @returns whether a contact was started */
  clientCame(ip: string | undefined, cause: 'client' | 'etrn'): boolean;
  /** Resolves when the contact that runs has ended. */
  ended(): Promise<void>;
  /** Ends the contact that runs. */
  stop(early: EarlyEnd): boolean;
  /** Mail may have come or gone, or a mark has changed. */
  mailChanged(): void;
  /** This file has been put into its Maildir: `new/…`. */
  mailArrived(file: string): void;
  close(): Promise<void>;
}

export function createRunningLink(first: LinkOfHome, deps: LinkDeps): RunningLink {
  const { clock, changed } = deps;
  const { name } = first.link;
  const log: LogLine = line => deps.log(`status: link ${name}: ${line}`);
  const layout = linkLayout(deps.home, name);
  const state = openStateFile(layout.state, log);
  const history = openHistory(layout.history, log);
  const marks = openMarks(layout.order, log);
  const prefix = linkPrefix(name);
  const mail = createWaitingMail(layout.maildir, prefix, log);
  const sessions: TlsSessions = new Map();
  const spoolFailure = createSpoolFailure(name, layout.maildir, clock);
  const returnToSender = createReturnToSender({
    directory: `${addressFromText(layout.maildir)}/`,
    prefix,
    control: deps.control,
    accept: deps.accept,
    invoker: () => ({ uid: process.getuid?.() ?? 0 }),
    clock,
  });
  let file = first;
  let contact: Contact | undefined;
  /** Resolves when the last contact has ended and is recorded. */
  let finished: Promise<void> = Promise.resolve();
  /** The contact that runs was wanted by a person or a client: it runs whatever is known of the link. */
  let isForced = false;
  let wasWindowOpen = true;
  let closed = false;
  let nextReview: Dispose = () => {};
  let nextContact: Dispose | undefined;
  const lookUp = rememberingServer(deps.reach.lookUp, () => file.link, state);
  const usableTimes = createUsableTimes(state, clock);
  const pauses = createPauses(clock, () => file.link.metered);
  const presence = watchPresence({
    clock,
    file: state,
    bootId: deps.bootId,
    link: () => file.link,
    look: () => deps.lookFor(file.link),
    changed() {
      const { state: now, because } = presence.now();
      log(`${now}: ${because}`);
      if (now === 'down') stop({ end: 'stopped', why: 'the link went down' });
      review();
    },
  });

  const usability = createUsability({ clock, file: () => file, state, presence });
  const { isUsable, mayRun, mayGoNow } = usability;
  const permission = createQueuePermission({ clock, isUsable, changed: deps.gateChanged });

  function review(): void {
    nextReview();
    if (closed) return;
    const now = isUsable();
    const open = usability.isWindowOpen();
    if (now && !usableTimes.isGrowing) {
      usableTimes.begin();
      pauses.reset();
      start(wasWindowOpen ? 'up' : 'window');
    } else if (!now && usableTimes.isGrowing) {
      usableTimes.end();
      cancelContact();
      permission.end();
      if (!isForced) stop(usability.whyNot());
    } else usableTimes.goOn();
    wasWindowOpen = open;
    nextReview = clock.after(usability.untilChange(), review);
    changed(name);
  }

  /** @param only `mail`: the steps that bring mail are not done again for each message that is to be sent */
  function start(cause: ContactCause, only?: 'mail' | 'now'): boolean {
    cancelContact();
    if (contact || closed || file.problems.length > 0) return false;
    const { link } = file;
    const byClient = cause === 'client' || cause === 'etrn';
    const sends = byClient || only !== undefined;
    const steps = sends ? link.steps.filter(({ kind }) => kind === 'send') : link.steps;
    const shown = sends && steps.length === 0 && link.server ? [{ kind: 'send' as const }] : steps;
    // Later somebody else may have the address from which a client came.
    const clientIp = byClient ? state.state.clientIp : null;
    isForced = byClient || cause === 'person' || only === 'now';
    const began = startContact({
      ...{ link, layout, clock, mail, marks, log, prefix, cause, steps: shown, maildir: layout.maildir },
      sessions,
      onlyNow: () => only === 'now' && !isUsable(),
      heloHost: deps.heloHost,
      reach: { ...deps.reach, lookUp },
      clientIp,
      limits: contactLimits(link, state.state.today, clock.nowMs(), cause === 'person'),
      acting: {
        program: `status: link ${name}`,
        directory: addressFromText(layout.maildir),
        isTooOld,
        bounce: returnToSender,
        log: deps.log,
      },
      openQueue: permission.give,
      fetch: deps.fetch,
      begins: () => log(`contact begins: ${cause}`),
      changed: () => changed(name),
    });
    contact = began;
    finished = began.ended.then(end);
    changed(name);
    return true;
  }

  function isTooOld(mtimeSec: number): boolean {
    const { lifetimeSec, lifetimeCounts } = file.link;
    const now = nowSec(clock);
    const age = lifetimeCounts === 'clock' ? now - mtimeSec : secondsWithin(usableTimes.all(), mtimeSec, now);
    return age > lifetimeSec;
  }

  async function end(ended: Awaited<Contact['ended']>): Promise<void> {
    const { startMs, endMs, end: how, refused, bytesOut, bytesIn } = ended.contact;
    const moved = bytesOut + bytesIn;
    const isEmpty = moved === 0 && how === 'done' && ended.contact.cause !== 'person';
    if (!isEmpty) {
      log(contactEndText(ended.contact));
      await saveSession(layout.sessions, startMs, ended.transcript, log);
      history.add(ended.contact);
      state.change({ today: withUse(state.state.today, clock.nowMs(), endMs - startMs, moved) });
    }
    contact = undefined;
    pauses.contactEnded();
    if (closed) return;
    if (how === 'done' && refused === 0) pauses.reset();
    review();
    await mail.look();
    if (isUsable() && waitsForContact(ended.contact)) plan(pauses.next(how), how === 'failed' ? 'all' : 'mail');
    else if (hasOrdered() && mayGoNow()) plan(pauses.next(how), 'mail');
    changed(name);
  }

  /** Something is left to do that another contact may do. */
  function waitsForContact({ end: how }: LinkContact): boolean {
    return how !== 'stopped' && (how !== 'done' || hasSendable());
  }

  const hasSendable = () => some(mail.all(), message => !isKeptBack(message, marks.of(message.name), file.link));
  /** A person wants a message that waits to go now. */
  const hasOrdered = () => some(mail.all(), message => marks.of(message.name) === 'now');

  function plan(pauseMs: number, what: 'all' | 'mail'): void {
    if (nextContact || contact || closed) return;
    nextContact = clock.after(pauseMs, () => {
      nextContact = undefined;
      if (isUsable()) start('up', what === 'mail' ? 'mail' : undefined);
      else if (hasOrdered() && mayGoNow()) start('person', 'now');
    });
  }

  function cancelContact(): void {
    nextContact?.();
    nextContact = undefined;
  }

  function stop(early: EarlyEnd): boolean {
    if (!contact) return false;
    contact.end(early);
    return true;
  }

  function mailChanged(): void {
    void mail.look().then(() => {
      marks.keepOnly(Array.from(mail.all(), message => message.name));
      changed(name);
      if (contact || closed) return;
      if (isUsable()) {
        if (mail.count > 0) plan(pauses.forNewMail(), 'mail');
      } else if (hasOrdered() && mayGoNow()) start('person', 'now');
    });
  }

  /** As `mailChanged`, without a look at all that waits: very much may come to where very much waits. */
  function mailArrived(file: string): void {
    spoolFailure.succeeded();
    mail.arrived(file);
    changed(name);
    if (isUsable()) plan(pauses.forNewMail(), 'mail');
  }

  return {
    layout,
    get file() {
      return file;
    },
    ...{ mail, marks, history, state, presence, returnToSender, spoolFailure, review, stop, mailChanged, mailArrived },
    usableTimes: usableTimes.all,
    get isWindowOpen() {
      return usability.isWindowOpen();
    },
    get isSpent() {
      return usability.isSpent();
    },
    get progress() {
      return contact?.progress() ?? null;
    },
    get opensQueue() {
      return permission.isGiven;
    },
    use(next) {
      file = next;
      try {
        makeLinkDirectories(layout);
      } catch (error) {
        log(`alert: its mail waits in the queue: ${reasonOf(error)}`);
        spoolFailure.failed(reasonOf(error));
      }
      presence.look();
      mailChanged();
      review();
    },
    setOffline(offline) {
      if (state.state.offline === offline) return;
      state.change({ offline });
      log(offline ? 'kept offline' : 'not kept offline any more');
      if (offline) {
        permission.refuse();
        stop({ end: 'stopped', why: 'it is kept offline' });
      }
      review();
    },
    exchange: cause => start(cause),
    ended: () => finished,
    clientCame(ip, cause) {
      if (ip !== undefined && state.state.clientIp !== ip) state.change({ clientIp: ip });
      return mayRun() && start(cause);
    },
    async close() {
      closed = true;
      nextReview();
      cancelContact();
      presence.close();
      stop({ end: 'stopped', why: 'the host stops' });
      await finished;
      usableTimes.end();
      await Promise.all([state.saved(), history.saved(), marks.saved()]);
    },
  };
}

function some<Value>(values: Iterable<Value>, is: (value: Value) => boolean): boolean {
  for (const value of values) if (is(value)) return true;
  return false;
}
