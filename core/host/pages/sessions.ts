// The sessions of pages, in page/sessions.json of the home: they survive restarts of the host. The file lets nobody in: of
// each secret it has only what a proof is checked against.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { PageSession } from '../../api/page.ts';
import { type Verifier, verifierOf } from '../../api/session-proof.ts';
import type { Clock } from '../../lib/clock.ts';
import { publish } from '../../lib/disk/durable.ts';
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
  /** The session of that name, made at that origin, and what its page's proof is checked against. */
  find(id: string, origin: string): { readonly session: PageSession; readonly verifier: Verifier } | undefined;
  /** On disk when it resolves. */
  make(of: Pick<PageSession, 'user' | 'origin' | 'browser'>): Promise<{ session: PageSession; secret: string }>;
  /** Its page was there just now. */
  used(id: string): void;
  /** Ends those that `isMeant` says, durably. @returns their names */
  end(isMeant: (session: PageSession) => boolean): Promise<string[]>;
  /** Hears of each session that ends. */
  onEnded(listener: (id: string) => void): Dispose;
  /** What was changed is on disk when it resolves. */
  settled(): Promise<void>;
}

/** A session that no page used for so long ends by itself. */
const longestUnusedMs = 30 * 86_400_000;
/** The last use is written down to this accuracy, so that reading mail does not write to the disk. */
const usedStepMs = 3_600_000;
/** Tabs are closed without a word; of more sessions than this the ones that were not used for longest are ended. */
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
      log(`status: page session ${session.id} of ${user} begins at ${origin}`);
      return { session, secret };
    },
    used(id) {
      const found = sessions.get(id);
      const nowMs = clock.nowMs();
      if (!found || Math.abs(nowMs - found.usedMs) < usedStepMs) return;
      sessions.set(id, { ...found, usedMs: nowMs });
      void write().catch(() => {}); // said in the log
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

/** A file that makes no sense lets nobody in: all pages have to be opened anew. */
function readSessions(path: string, log: LogLine): Stored[] {
  try {
    return v.parse(Stored, JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if (errorCode(error) !== 'ENOENT')
      log(`warning: unable to read ${path}, no page has a session: ${reasonOf(error)}`);
    return [];
  }
}
