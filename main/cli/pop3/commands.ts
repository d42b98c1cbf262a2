// The commands of the POP3 server.
import type { Commands } from '../command.ts';

export const pop3Commands: Commands = {
  passwd: {
    usage: 'waypost passwd NAME [MAILDIR] < password',
    says: 'Sets the POP3 password of NAME (first line of standard input) for a Maildir.',
    load: async () => (await import('./passwd.ts')).run,
  },
};
