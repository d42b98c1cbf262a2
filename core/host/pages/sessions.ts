// The sessions of pages, in page/sessions.json of the home: they survive restarts of the host. The file admits no one: of
// each secret it contains only what a proof is checked against.
import { join } from 'node:path';
import * as v from 'valibot';
import { PageSession } from '../../api/page.ts';
import { type Verifier, verifierOf } from '../../api/transport/session-proof.ts';
import type { Clock } from '../../lib/clock.ts';
import { publish } from '../../lib/disk/durable.ts';
import { longestText, readWholeFile } from '../../lib/disk/read-whole-file.ts';
import type { Dispose } from '../../lib/dispose.ts';
import type { LogLine } from '../../lib/log.ts';
import { errorCode, reasonOf } from '../../lib/user-error.ts';

const Stored = v.array(
  v.object({
    ...PageSession.entries,
    verifier: v.object({ pageKeyHash: v.string(), hostKey: v.string() }),
  }),
);
type Stored = v.InferOutput<typeof Stored>[number];

export interface Sessions {
  list(): PageSession[];
  /** The session with this id and origin, and what its page's proof is checked against. */
  find(id: string, origin: string): { readonly session: PageSession; readonly verifier: Verifier } | undefined;
  /** On disk when it resolves. */
  make(of: Pick<PageSession, 'user' | 'origin' | 'browser'>): Promise<{ session: PageSession; secret: string }>;
  /** Its page was connected just now. */
  used(id: string): void;
  /** Ends the sessions for which `isMeant` is true, durably. @returns their ids */
  end(isMeant: (session: PageSession) => boolean): Promise<string[]>;
  /** Is told of each session that ends. */
  onEnded(listener: (id: string) => void): Dispose;
  /** All changes are on disk when it resolves. */
  settled(): Promise<void>;
}

/** A session that no page has used for this long ends by itself. */
const longestUnusedMs = 30 * 86_400_000;
/** The last use is stored with this accuracy, so that reading mail does not write to the disk. */
const usedStepMs = 3_600_000;
/** Tabs are closed without notice; above this number the sessions that were unused for longest are ended. */
const mostSessions = 100;

export interface SessionsDeps {
  readonly directory: string;
  readonly clock: Clock;
  readonly log: LogLine;
  random(): string;
  /** Whether this host serves that user. */
  serves(user: string): boolean;
}

export function openSessions(deps: SessionsDeps): Sessions {
  const { clock, log, random } = deps;
  const path = join(deps.directory, 'sessions.json');
  const listeners = new Set<(id: string) => void>();
  const sessions = new Map(readSessions(path, log).map(one => [one.id, one]));
  let writing: Promise<void> = Promise.resolve();

  function write(): Promise<void> {
    const next = writing.then(() =>
      publish(path, Buffer.from(`${JSON.stringify([...sessions.values()], null, 1)}\n`), 0o600),
    );
    writing = next.catch(error => log(`warning: unable to write ${path}: ${reasonOf(error)}`));
    return next;
  }

  function isOver(one: Stored): boolean {
    return clock.nowMs() - one.usedMs > longestUnusedMs || !deps.serves(one.user);
  }

  function remove(gone: readonly Stored[]): Promise<void> {
    for (const { id } of gone) sessions.delete(id);
    for (const { id, user } of gone) {
      log(`status: page session ${id} of ${user} ended`);
      for (const listener of listeners) listener(id);
    }
    return write();
  }

  return {
    list: () => [...sessions.values()].filter(one => !isOver(one)).map(({ verifier: _, ...session }) => session),
    find(id, origin) {
      const found = sessions.get(id);
      if (!found || found.origin !== origin || isOver(found)) return undefined;
      const { verifier, ...session } = found;
      return { session, verifier };
    },
    async make({ user, origin, browser }) {
      const secret = random();
      const nowMs = clock.nowMs();
      const session = { id: random().slice(0, 8), user, origin, browser, madeMs: nowMs, usedMs: nowMs };
      const verifier = await verifierOf(secret);
      const over = [...sessions.values()].filter(isOver);
      const oldest = [...sessions.values()].sort((a, b) => a.usedMs - b.usedMs);
      const gone = new Set([...over, ...oldest.slice(0, Math.max(0, oldest.length - mostSessions + 1))]);
      sessions.set(session.id, { ...session, verifier });
      await remove([...gone]);
      log(`status: page session ${session.id} of ${user} started at ${origin}`);
      return { session, secret };
    },
    used(id) {
      const found = sessions.get(id);
      const nowMs = clock.nowMs();
      if (!found || Math.abs(nowMs - found.usedMs) < usedStepMs) return;
      sessions.set(id, { ...found, usedMs: nowMs });
      void write().catch(() => {}); // `write` logs it
    },
    async end(isMeant) {
      const gone = [...sessions.values()].filter(isMeant);
      if (gone.length > 0) await remove(gone);
      return gone.map(({ id }) => id);
    },
    onEnded(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    settled: () => writing,
  };
}

/** A file that is not valid admits no one: all pages have to be opened again. */
function readSessions(path: string, log: LogLine): Stored[] {
  try {
    return v.parse(Stored, JSON.parse(readWholeFile(path, longestText).toString('utf8')));
  } catch (error) {
    if (errorCode(error) !== 'ENOENT')
      log(`warning: unable to read ${path}, no page has a session: ${reasonOf(error)}`);
    return [];
  }
}
