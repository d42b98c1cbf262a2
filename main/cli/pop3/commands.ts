// The commands of the POP3 server.
import type { Commands } from '../command.ts';

export const pop3Commands: Commands = {
  passwd: {
    usage: 'waypost passwd [--apop] NAME [MAILDIR] < password',
    says: 'Sets the POP3 password of NAME to the first line of standard input.',
    options: {
      '--apop': 'store the password in readable form, which APOP needs',
    },
    load: async () => (await import('./passwd.ts')).run,
  },
  'qmail-popup': {
    usage: 'qmail-popup hostname subprogram [ arg ... ]',
    says: 'Reads a POP3 client’s name and password, and passes them to a checkpassword program.',
    runsProgram: true,
    load: async () => (await import('./qmail-popup.ts')).run,
  },
  'qmail-pop3d': {
    usage: 'qmail-pop3d maildir',
    says: 'Serves a Maildir to a POP3 client that has logged in.',
    load: async () => (await import('./qmail-pop3d.ts')).run,
  },
  checkpassword: {
    usage: 'checkpassword program [ arg ... ]',
    says: 'Checks a name and password against the home’s passwd file, and runs a program.',
    runsProgram: true,
    load: async () => (await import('./checkpassword.ts')).run,
  },
};
