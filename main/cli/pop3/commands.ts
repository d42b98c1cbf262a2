// The commands of the POP3 server.
import type { Commands } from '../command.ts';

export const pop3Commands: Commands = {
  passwd: {
    usage: 'waypost passwd [--apop] NAME [MAILDIR] < password',
    says: 'Sets the POP3 password of NAME (first line of standard input) for a Maildir.',
    options: {
      '--apop': 'keep the password so that APOP can be used with it',
    },
    load: async () => (await import('./passwd.ts')).run,
  },
  'qmail-popup': {
    usage: 'qmail-popup hostname subprogram [ arg ... ]',
    says: 'Takes a POP3 client’s name and password for a checkpassword program.',
    runsProgram: true,
    load: async () => (await import('./qmail-popup.ts')).run,
  },
  'qmail-pop3d': {
    usage: 'qmail-pop3d maildir',
    says: 'Gives a POP3 client that has logged in the messages of a Maildir.',
    load: async () => (await import('./qmail-pop3d.ts')).run,
  },
  checkpassword: {
    usage: 'checkpassword program [ arg ... ]',
    says: 'Checks a name and password of the home’s passwd file, and runs the program.',
    runsProgram: true,
    load: async () => (await import('./checkpassword.ts')).run,
  },
};
