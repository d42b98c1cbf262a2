// The window as the host sees it: where it is shown, which pages are admitted, and the calls `page.*`. Only one place shows it
// at a time: the desktop's window, or a web page.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Handlers } from '../../api/contract.ts';
import { refusal } from '../../api/errors.ts';
import type { HostStatus } from '../../api/host.ts';
import { randomWord } from '../../api/transport/session-proof.ts';
import type { Clock } from '../../lib/clock.ts';
import { ensurePrivateDirectory } from '../../lib/disk/private-directory.ts';
import { readIfThere } from '../../lib/disk/read-whole-file.ts';
import type { Dispose } from '../../lib/dispose.ts';
import type { LogLine } from '../../lib/log.ts';
import { openForwardingFiles, writeForwardingFile } from './forwarding-file.ts';
import { createKeys, type Keys } from './keys.ts';
import { openSessions, type Sessions } from './sessions.ts';

/** Where the window is shown. */
type Front =
  | { readonly kind: 'window'; show(): void }
  /** `url`: the address of the page, without a key; `connected`: how many pages of a session are connected now. */
  | { readonly kind: 'page'; readonly url: string; connected(session: string): number };

/** An address of the page that admits one browser. */
export interface Invitation {
  readonly url: string;
  readonly file: string | null;
}

export interface Pages {
  readonly sessions: Sessions;
  /** The user for whom a key was made; the key is then spent. */
  readonly spend: Keys['spend'];
  readonly handlers: Pick<Handlers, 'page.open' | 'page.sessions' | 'page.revoke'>;
  showIn(front: Front): Dispose;
  /** Where it is shown. */
  shownIn(): HostStatus['window'];
  /** @param browser with a file for the program that opens it */
  invite(user: string, browser: boolean): Invitation;
  /** The port that the host chose for the page last time: an open page finds its host there again. */
  readonly port: { last(): number | undefined; keep(port: number): void };
  close(): Promise<void>;
}

/** The user copies an address that was printed. */
const printedMs = 5 * 60_000;
/** A browser may have to start first. */
const openedMs = 60_000;

export interface PagesDeps {
  readonly home: string;
  readonly clock: Clock;
  readonly log: LogLine;
  serves(user: string): boolean;
}

export function openPages({ home, clock, log, serves }: PagesDeps): Pages {
  const directory = join(home, 'page');
  const files = join(home, 'run', 'page');
  const portFile = join(directory, 'port');
  openForwardingFiles(files);
  ensurePrivateDirectory(directory);
  const sessions = openSessions({ directory, clock, log, random: randomWord, serves });
  const keys = createKeys({ clock, random: randomWord });
  let front: Front | undefined;

  function invite(user: string, browser: boolean): Invitation {
    if (front?.kind !== 'page') throw new Error('there is no page');
    const { url } = front;
    const withKey = (key: string) => `${url}#key=${key}`;
    let file: string | null = null;
    if (browser) {
      const gone = () => rmSync(file as string, { force: true });
      file = writeForwardingFile(files, randomWord().slice(0, 16), withKey(keys.make(user, openedMs, gone)));
    }
    return { url: withKey(keys.make(user, printedMs)), file };
  }

  return {
    sessions,
    spend: keys.spend,
    handlers: {
      async 'page.open'({ browser }, { user, way }) {
        // Otherwise a page could get a second session, which outlives its own.
        if (way.kind === 'page') throw refusal('page-opens-page', {});
        if (!front) throw refusal('window-none', {});
        if (front.kind === 'page') return { shown: 'page', ...invite(user, browser) };
        front.show();
        return { shown: 'window' };
      },
      async 'page.sessions'(_asked, { user }) {
        const connected = (id: string) => (front?.kind === 'page' ? front.connected(id) : 0);
        return sessions
          .list()
          .filter(session => session.user === user)
          .map(session => ({ ...session, open: connected(session.id) }));
      },
      async 'page.revoke'({ ids }, { user }) {
        const revoked = await sessions.end(
          session => session.user === user && (ids === undefined || ids.includes(session.id)),
        );
        return { revoked };
      },
    },
    showIn(shown) {
      front = shown;
      return () => {
        if (front === shown) front = undefined;
      };
    },
    shownIn() {
      if (!front) return null;
      return front.kind === 'page' ? { kind: 'page', url: front.url } : { kind: 'desktop' };
    },
    invite,
    port: {
      last() {
        const port = Number(readIfThere(portFile)?.toString('latin1'));
        return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
      },
      keep: port => writeFileSync(portFile, `${port}\n`, { mode: 0o600 }),
    },
    async close() {
      keys.clear();
      await sessions.settled();
    },
  };
}
