// Small choices of this window that the host need not know, kept in the page's own storage.

export interface Preferences {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
}

/** Storage may be switched off or full: then the choices live as long as the window. */
export function pagePreferences(page: Window): Preferences {
  const memory = new Map<string, string>();
  return {
    get(name) {
      try {
        return page.localStorage.getItem(`waypost.${name}`) ?? memory.get(name);
      } catch {
        return memory.get(name);
      }
    },
    set(name, value) {
      memory.set(name, value);
      try {
        page.localStorage.setItem(`waypost.${name}`, value);
      } catch {
        // kept in memory
      }
    },
  };
}
