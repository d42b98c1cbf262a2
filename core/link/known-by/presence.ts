// Whether a link is up, and how that is known.
import type { Link } from '../../control/links/link.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Dispose } from '../../lib/dispose.ts';
import type { StateFile } from '../state/saved-state.ts';
import type { Look } from './look.ts';

interface Presence {
  readonly state: 'up' | 'down' | 'unknown';
  /** One line. */
  readonly because: string;
  readonly sinceMs: number | null;
}

export interface PresenceDeps {
  readonly clock: Clock;
  readonly file: StateFile;
  readonly bootId: string;
  readonly link: () => Link;
  /** Asks the system; undefined: only people know. */
  readonly look: () => Look | undefined;
  readonly changed: () => void;
}

export interface PresenceWatch {
  now(): Presence;
  /** When it changes by itself, in ms since 1970; undefined: it does not. */
  changesMs(): number | undefined;
  /** Somebody says so; where the system knows better, it is asked at once. */
  say(up: boolean, seconds: number | undefined): void;
  /** Looks again, e.g. because the file has changed. */
  look(): void;
  close(): void;
}

export function watchPresence({ clock, file, bootId, link, look, changed }: PresenceDeps): PresenceWatch {
  let seen: Presence = { state: 'unknown', because: 'nothing has been looked at yet', sinceMs: null };
  let next: Dispose = () => {};
  let looking = false;
  let closed = false;

  const isByPerson = () => link().knownBy.kind === 'person';

  function said(): Presence {
    const { saidUp } = file.state;
    if (!saidUp) return { state: 'down', because: 'nobody has said that it is up (waypost link up)', sinceMs: null };
    if (saidUp.bootId !== bootId)
      return { state: 'down', because: 'the machine was started again since it was said to be up', sinceMs: null };
    if (saidUp.untilMs !== null && clock.nowMs() >= saidUp.untilMs)
      return { state: 'down', because: 'the time for which it was said to be up is over', sinceMs: saidUp.untilMs };
    return { state: 'up', because: 'said by waypost link up', sinceMs: saidUp.sinceMs };
  }

  async function lookNow(): Promise<void> {
    next();
    const ask = look();
    if (!ask || closed) return;
    if (!looking) {
      looking = true;
      const { up, because } = await ask().finally(() => {
        looking = false;
      });
      if (closed) return;
      const state = up ? 'up' : 'down';
      const sinceMs = seen.state === state ? seen.sinceMs : clock.nowMs();
      const isNews = seen.state !== state || seen.because !== because;
      seen = { state, because, sinceMs };
      if (isNews) changed();
    }
    next();
    next = clock.after(link().checkEverySec * 1000, () => void lookNow());
  }

  return {
    now: () => (isByPerson() ? said() : seen),
    changesMs: () => (isByPerson() ? (file.state.saidUp?.untilMs ?? undefined) : undefined),
    say(up, seconds) {
      if (!isByPerson()) {
        void lookNow();
        return;
      }
      const nowMs = clock.nowMs();
      const untilMs = seconds === undefined ? null : nowMs + seconds * 1000;
      const was = said();
      // A hook that is called a thousand times writes nothing.
      if (!up && was.state === 'down' && !file.state.saidUp) return;
      if (up && was.state === 'up' && untilMs === null && file.state.saidUp?.untilMs == null) return;
      file.change({
        saidUp: up ? { sinceMs: was.state === 'up' ? (was.sinceMs ?? nowMs) : nowMs, untilMs, bootId } : null,
      });
      changed();
    },
    look: () => void lookNow(),
    close() {
      closed = true;
      next();
    },
  };
}
