// The commands about mailboxes and local deliveries.
import type { Commands } from '../command.ts';

export const localCommands: Commands = {
  maildirmake: {
    usage: 'maildirmake name',
    says: 'Makes an empty Maildir.',
    load: async () => (await import('./maildirmake.ts')).run,
  },
};
