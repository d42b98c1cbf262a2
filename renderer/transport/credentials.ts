// What lets this tab in: first the key in its address, then the session that the host created for it. The session is in the
// tab's own storage: no other port, site or tab can read it, and it ends with the tab.

export interface Session {
  readonly id: string;
  readonly secret: string;
}

export interface Credentials {
  /** The page's origin: a session is valid only there. */
  readonly origin: string;
  key(): string | undefined;
  session(): Session | undefined;
  /** Saves a new session; the key is used up. */
  keep(session: Session): void;
  /** The host has refused the key. */
  dropKey(): void;
  /** Takes the key out of the address, so that it is not left there. True when there was one. */
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
        // Without storage the session ends with the page.
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
