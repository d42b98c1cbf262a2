// The names of the channels between the window and the main process.

export const channels = {
  /** page → main, with an answer: one call to the host. */
  invoke: 'waypost:invoke',
  /** main → page: one notice of the host. */
  notice: 'waypost:notice',
  /** main → page: a command (see `Command`). */
  command: 'waypost:command',
  /** page → main: the page takes commands now. */
  ready: 'waypost:ready',
} as const;
