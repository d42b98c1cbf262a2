// The reader process as the host sees it: kept running, asked on behalf of callers, heard when mail comes. The host neither
// stands nor falls with it: while it is not there its calls are refused in plain words, and mail goes its way.
import * as v from 'valibot';
import type { Caller } from '../../api/caller.ts';
import { contract, type EventData } from '../../api/contract.ts';
import { ApiError, refusal } from '../../api/errors.ts';
import type { HostStatus, Settings } from '../../api/host.ts';
import type { ControlTexts } from '../../control/live-control.ts';
import type { LogLine } from '../../lib/log.ts';
import type { Frame } from '../../lib/process/frames.ts';
import { createPeer, type Peer, PeerRefused } from '../../lib/process/peer.ts';
import { endSoon, type HelperProcess, type StartProcess } from '../../lib/process/start-process.ts';
import { reasonOf } from '../../lib/user-error.ts';
import type { Accept } from '../../paper-path/shapes.ts';
import { CallAnswer, FromOwner, type OwnerHandlers, type OwnerJob, ownerMethods, ToldByOwner } from './protocol.ts';
import { createSubmissions } from './submissions.ts';

type Problems = HostStatus['problems'];

export interface Reader {
  readonly handlers: OwnerHandlers;
  /** Of the owner's files as they were seen last, and of the reader itself. */
  problems(): Problems;
  unread(): number;
  /** Has the problems looked at again; waits a moment for the answer. */
  look(): Promise<void>;
  settings(changed: Settings): void;
  /** The queue has read its control files again. */
  reload(texts: ControlTexts): void;
  /** Lets it write down what it has to, and ends it. */
  close(): Promise<void>;
}

export interface ReaderDeps {
  readonly start: StartProcess;
  /** What the next one is opened with. */
  readonly job: () => OwnerJob;
  readonly log: LogLine;
  /** The queue's, with who hands in. */
  readonly accept: (...message: Parameters<Parameters<typeof createSubmissions>[0]>) => ReturnType<Accept>;
  /** Whether a message of this Message-ID was ever queued. */
  readonly wasQueued: (messageId: string) => Promise<boolean>;
  readonly changed: (data: EventData<'mail.changed'>) => void;
  readonly arrived: (data: EventData<'mail.arrived'>) => void;
  /** The problems are others now. */
  readonly problemsChanged: () => void;
  readonly times?: Partial<ReaderTimes>;
}

interface ReaderTimes {
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** One that has run for so long begins with the first pause again. */
  readonly steadyMs: number;
  /** How often it is asked to look for problems, and how long it may take: one that hears nothing is ended. */
  readonly pingMs: number;
  readonly deafMs: number;
}

const usualTimes: ReaderTimes = {
  firstPauseMs: 1000,
  longestPauseMs: 60_000,
  steadyMs: 60_000,
  pingMs: 10_000,
  deafMs: 60_000,
};
const lookMs = 2000;
const closeMs = 10_000;

interface Running {
  readonly process: HelperProcess;
  readonly peer: Peer;
  /** Resolves when it can be asked. */
  readonly open: Promise<unknown>;
}

/** Starts it; resolves nothing, because the host does not wait. */
export function openOwnerProcess(deps: ReaderDeps): Reader {
  const times = { ...usualTimes, ...deps.times };
  const { log } = deps;
  let current: Promise<Running> | undefined;
  let running: Running | undefined;
  let ended: Promise<void> = Promise.resolve();
  /** How the last one ended, until the next one is open. */
  let away: string | undefined;
  let pauseMs = 0;
  let again: NodeJS.Timeout | undefined;
  let closed = false;
  let unread = 0;
  let problems: Problems = [];

  function launch(): void {
    again = undefined;
    const begun = performance.now();
    current = launched();
    ended = current.then(
      async ({ process }) => over(await process.ended, begun),
      error => over(`it cannot be started: ${reasonOf(error)}`, begun),
    );
  }

  async function launched(): Promise<Running> {
    const process = await deps.start('owner');
    const submissions = createSubmissions(deps.accept);
    const answering = async (name: string, frame: Frame): Promise<Partial<Frame> | undefined> => {
      const answer = submissions.answer(name, frame);
      if (answer) return answer;
      if (name === 'known') return { words: await deps.wasQueued(v.parse(FromOwner.known, frame.words).messageId) };
      hear(name, frame.words);
      return undefined;
    };
    const gone = (): void => {
      submissions.gone();
      endSoon(process);
    };
    const peer = createPeer(process.stream, answering, { gone });
    const open = peer.ask('open', deps.job());
    open.then(
      () => {
        if (away === undefined) return;
        away = undefined;
        log('status: the reader of mail is there again');
        deps.problemsChanged();
      },
      error => {
        if (!(error instanceof PeerRefused)) return;
        log(`alert: the reader of mail cannot open the mail: ${error.message}`);
        process.kill();
      },
    );
    const it: Running = { process, peer, open };
    running = it;
    if (closed) process.kill();
    const pings = setInterval(() => ping(it), times.pingMs);
    pings.unref();
    void process.ended.then(() => clearInterval(pings));
    return it;
  }

  /** One that does not hear any more is as good as gone. */
  function ping({ peer, process }: Running): void {
    const late = setTimeout(() => {
      log('alert: the reader of mail does not answer and is ended');
      process.kill();
    }, times.deafMs);
    late.unref();
    const heard = () => clearTimeout(late);
    peer.ask('look', null).then(heard, heard);
  }

  function over(how: string, begun: number): void {
    running = undefined;
    current = undefined;
    if (closed) return;
    const steady = performance.now() - begun > times.steadyMs;
    pauseMs = steady || pauseMs === 0 ? times.firstPauseMs : Math.min(2 * pauseMs, times.longestPauseMs);
    away = how;
    log(`alert: the reader of mail is gone: ${how}; it is started again in ${Math.round(pauseMs / 1000)} seconds`);
    again = setTimeout(launch, pauseMs);
    deps.problemsChanged();
  }

  function hear(name: string, words: unknown): void {
    if (name === 'log') {
      const line = v.safeParse(ToldByOwner.log, words);
      if (line.success) log(line.output.replace(/[\r\n]+/g, ' | '));
    } else if (name === 'changed') {
      const data = v.parse(ToldByOwner.changed, words);
      unread = data.mailboxes.find(mailbox => mailbox.id === 'INBOX')?.unread ?? 0;
      deps.changed(data);
    } else if (name === 'arrived') deps.arrived(v.parse(ToldByOwner.arrived, words));
    else if (name === 'problems') {
      problems = v.parse(ToldByOwner.problems, words);
      deps.problemsChanged();
    } else throw new Error(`the host does not know what ${name} is`);
  }

  /** The one that can be asked, as soon as it can. @throws ApiError */
  async function ready(): Promise<Running> {
    if (closed) throw refusal('stopping', {});
    if (!current) throw awayError();
    try {
      const it = await current;
      await it.open;
      return it;
    } catch {
      throw awayError();
    }
  }

  function awayError(): ApiError {
    return refusal('mail-unavailable', { how: away ?? 'it is not ready yet' });
  }

  async function call(method: keyof OwnerHandlers, asked: unknown, caller: Caller): Promise<unknown> {
    const { peer } = await ready();
    const { words } = await peer.ask('call', { method, asked, caller }).catch(() => {
      throw refusal('mail-unanswered', {});
    });
    const answer = v.safeParse(CallAnswer, words);
    if (!answer.success) throw refusal('reply-invalid', { method });
    if (!answer.output.ok) throw new ApiError(answer.output);
    const value = v.safeParse(contract[method].reply, answer.output.value);
    if (!value.success) throw refusal('reply-invalid', { method });
    return value.output;
  }

  function tell(name: string, words: unknown): void {
    const it = running;
    // One that is still opening was told how things were when that began.
    void it?.open.then(
      () => it.peer.tell(name, words),
      () => {},
    );
  }

  launch();

  return {
    handlers: Object.fromEntries(
      ownerMethods.map(method => [method, (asked: unknown, caller: Caller) => call(method, asked, caller)]),
    ) as unknown as OwnerHandlers,
    problems() {
      if (away === undefined) return problems;
      return [{ code: 'reader-away', text: awayError().message }];
    },
    unread: () => unread,
    async look() {
      const look = ready().then(({ peer }) => peer.ask('look', null));
      await Promise.race([look, after(lookMs)]).catch(() => {});
    },
    settings: changed => tell('settings', changed),
    reload: texts => tell('reload', texts),
    async close() {
      closed = true;
      clearTimeout(again);
      if (running) await Promise.race([running.peer.ask('close', null), after(closeMs)]).catch(() => {});
      running?.process.kill();
      await ended;
    },
  };
}

function after(delayMs: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, delayMs).unref());
}
