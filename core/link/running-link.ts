// One link while the host runs: when it is used, by what, and what is known of it.
import type { LinkContact, LinkProgress } from '../api/links.ts';
import type { Control } from '../control/control.ts';
import { type Link, linkPrefix } from '../control/links/link.ts';
import type { LinkOfHome } from '../control/links/read-links.ts';
import { isOpen, nextChange } from '../control/links/windows.ts';
import { type Clock, nowSec } from '../lib/clock.ts';
import type { Dispose } from '../lib/dispose.ts';
import type { LogLine } from '../lib/log.ts';
import { reasonOf } from '../lib/user-error.ts';
import { addressFromText } from '../message/address.ts';
import type { Accept } from '../paper-path/shapes.ts';
import { type Contact, type ContactCause, type EarlyEnd, startContact } from './contact/contact.ts';
import { createPauses } from './contact/pauses.ts';
import type { ReachDeps } from './contact/reach.ts';
import type { Look } from './known-by/look.ts';
import { type PresenceWatch, watchPresence } from './known-by/presence.ts';
import { type LinkLayout, linkLayout, makeLinkDirectories } from './layout.ts';
import { contactLimits, isSpent, nextDayMs, withUse } from './limits.ts';
import type { ReturnToSender } from './serial/act-on-result.ts';
import { createReturnToSender } from './serial/return-to-sender.ts';
import { type Marks, openMarks } from './spool/marks.ts';
import { isKeptBack } from './spool/sending-order.ts';
import { createWaitingMail, type WaitingMail } from './spool/waiting.ts';
import { type History, openHistory } from './state/history.ts';
import { secondsWithin, type Times, withTime } from './state/link-time.ts';
import { openStateFile, type StateFile } from './state/saved-state.ts';
import { saveSession } from './state/sessions.ts';

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
  /** New mail waits, or a mark has changed. */
  mailChanged(): void;
  close(): Promise<void>;
}

/** Without news, the clock is looked at this often: the machine may sleep, and clocks are set. */
const reviewMs = 60_000;
const saveTimesSec = 600;
const gatherMs = 500;
/** So long the ordinary queue may send after an exchange that a person ordered on a link that is down or out of its window. */
const orderedQueueMs = 600_000;
const meteredGatherMs = 60_000;

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
  let usableSinceSec: number | undefined;
  let timesSavedSec = 0;
  let wasWindowOpen = true;
  let opensQueue = false;
  /** Until then the ordinary queue may send because a person ordered an exchange. */
  let orderedUntilMs = Number.NEGATIVE_INFINITY;
  let lastEndMs = Number.NEGATIVE_INFINITY;
  let closed = false;
  let nextReview: Dispose = () => {};
  let nextContact: Dispose | undefined;
  const pauses = createPauses(() => file.link.metered);
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

  const windowOpen = () => isOpen(file.link.windows, new Date(clock.nowMs()));
  const spent = () => isSpent(file.link, state.state.today, clock.nowMs());
  const mayRun = () => file.problems.length === 0 && !state.state.offline && windowOpen() && !spent();
  const usable = () => presence.now().state === 'up' && mayRun();

  function usableTimes(): Times {
    const { usable: times } = state.state;
    return usableSinceSec === undefined ? times : withTime(times, usableSinceSec, nowSec(clock));
  }

  function saveTimes(): void {
    state.change({ usable: usableTimes().map(([from, to]) => [from, to]) });
    timesSavedSec = nowSec(clock);
  }

  function review(): void {
    nextReview();
    if (closed) return;
    const now = usable();
    const open = windowOpen();
    if (now && usableSinceSec === undefined) {
      usableSinceSec = nowSec(clock);
      saveTimes();
      pauses.reset();
      start(wasWindowOpen ? 'up' : 'window');
    } else if (!now && usableSinceSec !== undefined) {
      saveTimes();
      usableSinceSec = undefined;
      cancelContact();
      if (opensQueue) {
        opensQueue = false;
        deps.gateChanged();
      }
      if (!isForced) stop(whyNotUsable());
    } else if (now && nowSec(clock) - timesSavedSec >= saveTimesSec) saveTimes();
    wasWindowOpen = open;
    nextReview = clock.after(Math.max(0, untilChange()), review);
    changed(name);
  }

  function whyNotUsable(): EarlyEnd {
    if (state.state.offline) return { end: 'stopped', why: 'it is kept offline' };
    if (!windowOpen()) return { end: 'given-up', why: 'its window has closed' };
    if (spent()) return { end: 'given-up', why: "the day's limit is reached" };
    return { end: 'stopped', why: file.problems.length > 0 ? 'its file has an error' : 'the link went down' };
  }

  function untilChange(): number {
    const nowMs = clock.nowMs();
    const changes = [presence.changesMs(), nextChange(file.link.windows, new Date(nowMs))?.getTime(), nextDayMs(nowMs)];
    const later = changes.filter(atMs => atMs !== undefined && atMs > nowMs) as number[];
    return Math.min(reviewMs, ...later.map(atMs => atMs - nowMs));
  }

  /** @param only `mail`: the steps that bring mail are not done again for each message that is to be sent */
  function start(cause: ContactCause, only?: 'mail' | 'now'): boolean {
    cancelContact();
    if (contact || closed || file.problems.length > 0) return false;
    const { link } = file;
    const sends = cause === 'client' || cause === 'etrn' || only !== undefined;
    const steps = sends ? link.steps.filter(({ kind }) => kind === 'send') : link.steps;
    const shown = sends && steps.length === 0 && link.server ? [{ kind: 'send' as const }] : steps;
    // Later somebody else may have the address from which a client came.
    const clientIp = cause === 'client' || cause === 'etrn' ? state.state.clientIp : null;
    isForced = cause === 'person' || cause === 'client' || cause === 'etrn' || only === 'now';
    const began = startContact({
      ...{ link, layout, clock, mail, marks, log, prefix, cause, steps: shown, maildir: layout.maildir },
      onlyNow: () => only === 'now' && !usable(),
      heloHost: deps.heloHost,
      reach: deps.reach,
      clientIp,
      limits: contactLimits(link, state.state.today, clock.nowMs(), cause === 'person'),
      acting: {
        program: `status: link ${name}`,
        directory: addressFromText(layout.maildir),
        isTooOld,
        bounce: returnToSender,
        log: deps.log,
      },
      openQueue() {
        opensQueue = usable();
        if (!opensQueue) letQueueSendAwhile();
        deps.gateChanged();
      },
      begins: () => log(`contact begins: ${cause}`),
      changed: () => changed(name),
    });
    contact = began;
    finished = began.ended.then(end);
    changed(name);
    return true;
  }

  /** The queue's deliveries have no end that a contact could wait for. */
  function letQueueSendAwhile(): void {
    orderedUntilMs = clock.nowMs() + orderedQueueMs;
    clock.after(orderedQueueMs, deps.gateChanged);
  }

  function isTooOld(mtimeSec: number): boolean {
    const { lifetimeSec, lifetimeCounts } = file.link;
    const now = nowSec(clock);
    const age = lifetimeCounts === 'clock' ? now - mtimeSec : secondsWithin(usableTimes(), mtimeSec, now);
    return age > lifetimeSec;
  }

  async function end(ended: Awaited<Contact['ended']>): Promise<void> {
    const { startMs, endMs, end: how, why, sent, refused, bounced, bytesOut, bytesIn } = ended.contact;
    const moved = bytesOut + bytesIn;
    const isEmpty = moved === 0 && how === 'done' && ended.contact.cause !== 'person';
    if (!isEmpty) {
      const [because, seconds] = [why === '' ? '' : ` (${why})`, Math.round((endMs - startMs) / 1000)];
      log(
        `contact ends: ${how}${because}: ${sent} sent, ${refused} refused, ${bounced} bounced, ${moved} bytes, ${seconds} s`,
      );
      await saveSession(layout.sessions, startMs, ended.transcript, log);
      history.add(ended.contact);
      state.change({ today: withUse(state.state.today, clock.nowMs(), endMs - startMs, moved) });
    }
    contact = undefined;
    lastEndMs = clock.nowMs();
    if (closed) return;
    if (how === 'done' && refused === 0) pauses.reset();
    review();
    await mail.look();
    if (usable() && waitsForContact(ended.contact)) plan(pauses.next(how), how === 'failed' ? 'all' : 'mail');
    else if (hasOrdered() && mayGoNow()) plan(pauses.next(how), 'mail');
    changed(name);
  }

  /** Something is left to do that another contact may do. */
  function waitsForContact({ end: how }: LinkContact): boolean {
    return how !== 'stopped' && (how !== 'done' || hasSendable());
  }

  function hasSendable(): boolean {
    for (const message of mail.all()) if (!isKeptBack(message, marks.of(message.name), file.link)) return true;
    return false;
  }

  /** A person wants a message that waits to go now. */
  function hasOrdered(): boolean {
    for (const { name: one } of mail.all()) if (marks.of(one) === 'now') return true;
    return false;
  }

  /** What a person wants now goes outside the windows too, unless the link is known to be down. */
  const mayGoNow = () => presence.now().state !== 'down' && !state.state.offline && file.problems.length === 0;

  function plan(pauseMs: number, what: 'all' | 'mail'): void {
    if (nextContact || contact || closed) return;
    nextContact = clock.after(pauseMs, () => {
      nextContact = undefined;
      if (usable()) start('up', what === 'mail' ? 'mail' : undefined);
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
      if (usable()) {
        if (mail.count > 0)
          plan(file.link.metered ? Math.max(gatherMs, lastEndMs + meteredGatherMs - clock.nowMs()) : gatherMs, 'mail');
      } else if (hasOrdered() && mayGoNow()) start('person', 'now');
    });
  }

  return {
    layout,
    get file() {
      return file;
    },
    ...{ mail, marks, history, state, presence, returnToSender, usableTimes, review, stop, mailChanged },
    get isWindowOpen() {
      return windowOpen();
    },
    get isSpent() {
      return spent();
    },
    get progress() {
      return contact?.progress() ?? null;
    },
    get opensQueue() {
      return (opensQueue && usable()) || clock.nowMs() < orderedUntilMs;
    },
    use(next) {
      file = next;
      try {
        makeLinkDirectories(layout);
      } catch (error) {
        log(`alert: its mail waits in the queue: ${reasonOf(error)}`);
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
        orderedUntilMs = Number.NEGATIVE_INFINITY;
        deps.gateChanged();
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
      if (usableSinceSec !== undefined) saveTimes();
      await Promise.all([state.saved(), history.saved(), marks.saved()]);
    },
  };
}
