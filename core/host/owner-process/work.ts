// What the owner's process does: the Maildir and its index, drafts and sending, the owner's .qmail files, and explanations
// that read them. It passes strangers' bytes to parsers, and new messages to the host, which has the queue.
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { HandlersOf } from '../../api/contract.ts';
import { ApiError, refusal, refusedAnswer } from '../../api/errors.ts';
import type { Settings } from '../../api/host.ts';
import type { Caller } from '../../api/transport/caller.ts';
import { type ControlTexts, followControl } from '../../control/live-control.ts';
import { createComposeHandlers } from '../../inject/compose/compose-handlers.ts';
import { systemClock } from '../../lib/clock.ts';
import type { Frame } from '../../lib/process/frames.ts';
import type { Peer } from '../../lib/process/peer.ts';
import type { StartProcess } from '../../lib/process/start-process.ts';
import { reasonOf } from '../../lib/user-error.ts';
import { openRuleFiles } from '../../local/rules/rule-files.ts';
import { createRules } from '../../local/rules/rules.ts';
import { createSimilarNames } from '../../local/users/similar-names.ts';
import { openMailStore } from '../../mailbox/store.ts';
import type { Accept, Accepted } from '../../paper-path/shapes.ts';
import { explainFor } from '../home-explain.ts';
import { addressOf } from '../owner.ts';
import { createParsers } from '../parser-process/parsers.ts';
import { ownersProblems } from '../problems/problems.ts';
import { type CallAnswer, type OwnerHandlers, type OwnerJob, ownerMethods, pieceBytes } from './protocol.ts';

/** An opened Maildir with what belongs to it. */
export interface OwnerWork {
  call(method: string, asked: unknown, caller: Caller): Promise<CallAnswer>;
  /** Sends the problems to the host if they have changed. The host asks for it every few seconds. */
  tellProblems(): void;
  settings(changed: Settings): void;
  /** The queue has read its control files again. */
  reload(texts: ControlTexts): void;
  close(): Promise<void>;
}

/** Resolves when the names of all messages are known. @throws UserError when the control files cannot be read */
export async function openOwnerWork(job: OwnerJob, host: Peer, start: StartProcess): Promise<OwnerWork> {
  const { home, owner, processUid } = job;
  let { settings } = job;
  let told = '[]';
  const log = (line: string): void => void host.tell('log', line.slice(0, 10_000));
  const control = followControl(home, job.control);
  const parsers = createParsers({ start });
  parsers.warm();
  const store = await openMailStore({
    maildir: owner.maildir,
    clock: systemClock,
    hostName: hostname(),
    log,
    takeApart: parsers.takeApart,
    indexPath: join(home, 'index', owner.user, 'mail.sqlite'),
  });
  const explain = explainFor(home, control, processUid);
  const compose = createComposeHandlers({
    control: control.message,
    clock: systemClock,
    random: randomBytes,
    draftParser: parsers.draftParser,
    accept: acceptBy(host),
    files: store.files,
    owner: () => ({ user: owner.user, address: addressOf(owner.user, control.queue()), ...settings }),
    names: createSimilarNames(home, owner.user, processUid),
    rules: () => namesOfRules(owner.homeDir),
    log,
    wasQueued: async messageId => (await host.ask('known', { messageId })).words === true,
    isKnownHere: address => isKnownHere(address, explain),
  });
  const rules = createRules({
    homeDir: owner.homeDir,
    user: owner.user,
    control: control.queue,
    makeFolder: path => store.makeFolderAt(path),
  });
  const handlers: OwnerHandlers = {
    ...store.handlers,
    ...compose,
    ...rules,
    ...explain,
  };
  store.onChanged(data => void host.tell('changed', data));
  compose
    .finishInterrupted()
    .catch(error => log(`warning: unable to finish messages that were being sent: ${reasonOf(error)}`));
  store.onArrived(data => void host.tell('arrived', data));
  await host.tell('changed', { mailboxes: await store.handlers['mail.mailboxes']({}) });
  tellProblems();

  function tellProblems(): void {
    const problems = ownersProblems(home, control.queue(), owner, processUid);
    const text = JSON.stringify(problems);
    if (text === told) return;
    told = text;
    void host.tell('problems', problems);
  }

  return {
    async call(method, asked, caller) {
      const name = ownerMethods.find(each => each === method);
      if (!name) return refusedAnswer(refusal('call-unknown', { method }));
      const handler = handlers[name] as (asked: unknown, caller: Caller) => Promise<unknown>;
      try {
        return { ok: true, value: await handler(asked, caller) };
      } catch (error) {
        if (error instanceof ApiError) return refusedAnswer(error);
        const stack = error instanceof Error ? error.stack?.replaceAll('\n', ' | ') : error;
        log(`alert: ${name} failed: ${stack}`);
        const why = error instanceof Error ? error.message : String(error);
        return refusedAnswer(refusal('call-failed', { method: name, why }));
      }
    },
    tellProblems,
    settings(changed) {
      settings = changed;
    },
    reload: control.follow,
    async close() {
      await parsers.close();
      await store.close();
    },
  };
}

/** None when the directory cannot be read: then they make no address known. */
function namesOfRules(homeDir: string): readonly string[] {
  try {
    return openRuleFiles(homeDir).names();
  } catch {
    return [];
  }
}

/** Whether a delivery to it would succeed here, or wait. */
async function isKnownHere(address: string, explain: HandlersOf<'explain.address'>): Promise<boolean> {
  const { channel, verdict } = await explain['explain.address']({ address, sender: '', dns: false });
  return channel === 'local' && (verdict.outcome === 'done' || verdict.outcome === 'later');
}

/** Submits a message to the host's queue, each piece after the one before was taken. */
function acceptBy(host: Peer): Accept {
  return async (source, { sender, recipients }) => {
    const { words: message } = await host.ask('begin', { sender, recipients });
    try {
      for await (const piece of source) {
        for (let at = 0; at < piece.length; at += pieceBytes) {
          await host.ask('piece', { message }, piece.subarray(at, at + pieceBytes));
        }
      }
    } catch (error) {
      await host.tell('broken', { message });
      throw error;
    }
    return (await host.ask('end', { message })).words as Accepted;
  };
}

/** Handles what the host asks or tells, before and after the process is opened. */
export function answeringTo(
  open: (job: OwnerJob) => Promise<OwnerWork>,
): (name: string, frame: Frame) => Promise<Partial<Frame>> {
  let work: OwnerWork | undefined;
  return async (name, { words }) => {
    if (name === 'open') {
      work = await open(words as OwnerJob);
      return {};
    }
    if (!work) throw new Error(`${name}: the owner's process is not open`);
    switch (name) {
      case 'call': {
        const { method, asked, caller } = words as { method: string; asked: unknown; caller: Caller };
        return { words: await work.call(method, asked, caller) };
      }
      case 'look':
        work.tellProblems();
        return {};
      case 'settings':
        work.settings(words as Settings);
        return {};
      case 'reload':
        work.reload(words as ControlTexts);
        return {};
      case 'close':
        await work.close();
        return {};
    }
    throw new Error(`the owner's process does not know what ${name} is`);
  };
}
