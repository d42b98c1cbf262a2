// Choices that belong to this window and not to the host, in the page's own storage.

export interface Preferences {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
}

/** If storage is switched off or full, the choices last as long as the window. */
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
