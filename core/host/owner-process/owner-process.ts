// The process that acts as the owner of the mail, as the host sees it: asked on behalf of callers, heard when mail comes. While
// it is not available its calls are refused, and mail is accepted and delivered all the same.
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { contract, type EventData } from '../../api/contract.ts';
import { ApiError, refusal } from '../../api/errors.ts';
import type { HostStatus, Settings } from '../../api/host.ts';
import type { Caller } from '../../api/transport/caller.ts';
import type { ControlTexts } from '../../control/live-control.ts';
import type { LogLine } from '../../lib/log.ts';
import type { Frame } from '../../lib/process/frames.ts';
import { createPeer } from '../../lib/process/peer.ts';
import { endSoon, type HelperProcess, type StartProcess } from '../../lib/process/start-process.ts';
import type { Accept } from '../../paper-path/shapes.ts';
import { CallAnswer, FromOwner, type OwnerHandlers, type OwnerJob, ownerMethods, ToldByOwner } from './protocol.ts';
import { createSubmissions } from './submissions.ts';
import { type OpeningProcess, type SupervisorTimes, superviseProcess } from './supervisor.ts';

type Problems = HostStatus['problems'];

export interface OwnerProcess {
  readonly handlers: OwnerHandlers;
  /** Problems with the owner's files as they were seen last, or with the process itself. */
  problems(): Problems;
  unread(): number;
  /** Has the process look for problems again; waits a moment for it. */
  look(): Promise<void>;
  settings(changed: Settings): void;
  /** The queue has read its control files again. */
  reload(texts: ControlTexts): void;
  /** Lets the process save what it has to, and ends it. */
  close(): Promise<void>;
}

export interface OwnerProcessDeps {
  readonly start: StartProcess;
  /** What the next process is opened with. */
  readonly job: () => OwnerJob;
  readonly log: LogLine;
  /** The queue's, with the user who submits. */
  readonly accept: (...message: Parameters<Parameters<typeof createSubmissions>[0]>) => ReturnType<Accept>;
  /** Whether a message of this Message-ID was ever queued. */
  readonly wasQueued: (messageId: string) => Promise<boolean>;
  readonly changed: (data: EventData<'mail.changed'>) => void;
  readonly arrived: (data: EventData<'mail.arrived'>) => void;
  readonly problemsChanged: () => void;
  readonly times?: Partial<SupervisorTimes>;
}

const lookMs = 2000;

/** Starts the process; the host does not wait until it is open. */
export function openOwnerProcess(deps: OwnerProcessDeps): OwnerProcess {
  let closed = false;
  let unread = 0;
  let problems: Problems = [];
  const supervisor = superviseProcess({
    start: () => deps.start('owner'),
    connect,
    log: deps.log,
    changed: deps.problemsChanged,
    times: deps.times,
  });

  function connect(process: HelperProcess): OpeningProcess {
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
    return { peer, open: peer.ask('open', deps.job()) };
  }

  function hear(name: string, words: unknown): void {
    if (name === 'log') {
      const line = v.safeParse(ToldByOwner.log, words);
      if (line.success) deps.log(line.output.replace(/[\r\n]+/g, ' | '));
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

  /** @throws ApiError */
  async function call(method: keyof OwnerHandlers, asked: unknown, caller: Caller): Promise<unknown> {
    if (closed) throw refusal('stopping', {});
    const peer = await supervisor.ready();
    if (!peer) throw unavailable(supervisor.away());
    const { words } = await peer.ask('call', { method, asked, caller }).catch(() => {
      throw refusal('mail-unanswered', {});
    });
    return replyOf(method, words);
  }

  return {
    handlers: Object.fromEntries(
      ownerMethods.map(method => [method, (asked: unknown, caller: Caller) => call(method, asked, caller)]),
    ) as unknown as OwnerHandlers,
    problems() {
      const away = supervisor.away();
      return away === undefined ? problems : [{ code: 'reader-away', text: unavailable(away).message }];
    },
    unread: () => unread,
    async look() {
      const look = supervisor.ready().then(peer => peer?.ask('look', null));
      await Promise.race([look, sleep(lookMs, undefined, { ref: false })]).catch(() => {});
    },
    settings: changed => supervisor.tell('settings', changed),
    reload: texts => supervisor.tell('reload', texts),
    close() {
      closed = true;
      return supervisor.close();
    },
  };
}

/** The reply to a call, checked against the contract: the process belongs to the owner. @throws ApiError */
function replyOf(method: keyof OwnerHandlers, words: unknown): unknown {
  const answer = v.safeParse(CallAnswer, words);
  if (!answer.success) throw refusal('reply-invalid', { method });
  if (!answer.output.ok) throw new ApiError(answer.output);
  const value = v.safeParse(contract[method].reply, answer.output.value);
  if (!value.success) throw refusal('reply-invalid', { method });
  return value.output;
}

function unavailable(how = 'it is not ready yet'): ApiError {
  return refusal('mail-unavailable', { how });
}
