// What lets this tab in: the key that its address came with, then the session that the host made for it. The session is in
// the tab's own storage: no other port, site or tab gets it, and it is gone with the tab.

export interface Session {
  readonly id: string;
  readonly secret: string;
}

export interface Credentials {
  /** Of the page: a session counts nowhere else. */
  readonly origin: string;
  key(): string | undefined;
  session(): Session | undefined;
  /** The key has earned a session, or another one takes its place. */
  keep(session: Session): void;
  /** The host does not take the key. */
  dropKey(): void;
  /** Takes a key out of the address, where nobody is to find it. True when there was one. */
  takeKey(): boolean;
}

const name = 'waypost.session';

export function pageCredentials(page: Window): Credentials {
  let key: string | undefined;
  let session = readSession(page);

  return {
    origin: page.location.origin,
    key: () => key,
    session: () => session,
    keep(fresh) {
      key = undefined;
      session = fresh;
      try {
        page.sessionStorage.setItem(name, JSON.stringify(fresh));
      } catch {
        // Without storage the session is as long as the page.
      }
    },
    dropKey() {
      key = undefined;
    },
    takeKey() {
      const found = /^#key=([\w-]+)$/.exec(page.location.hash)?.[1];
      if (found === undefined) return false;
      key = found;
      page.history.replaceState(page.history.state, '', page.location.pathname);
      return true;
    },
  };
}

function readSession(page: Window): Session | undefined {
  try {
    const { id, secret } = JSON.parse(page.sessionStorage.getItem(name) ?? '') as Partial<Session>;
    return typeof id === 'string' && typeof secret === 'string' ? { id, secret } : undefined;
  } catch {
    return undefined;
  }
}
