// The names of everything that passes between the window and the main process, in one place.

export const channels = {
  /** page → main, answered: one call to the host. */
  invoke: 'waypost:invoke',
  /** main → page: one notice of the host. */
  notice: 'waypost:notice',
  /** main → page: something to do (see `Command`). */
  command: 'waypost:command',
  /** page → main: the page takes commands now. */
  ready: 'waypost:ready',
} as const;
