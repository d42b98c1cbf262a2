// The commands that assign addresses to users.
import type { Commands } from '../command.ts';

export const userCommands: Commands = {
  'qmail-newu': {
    usage: 'qmail-newu',
    says: 'Compiles users/assign into users/cdb.',
    load: async () => (await import('./qmail-newu.ts')).run,
  },
  'qmail-pw2u': {
    usage: 'qmail-pw2u [ -/ohHuUC ] [ -cchar ] < passwd > assign',
    says: 'Creates users/assign from accounts.',
    options: {
      '-o': 'leave out accounts whose home is missing or belongs to another user; the default',
      '-h': 'stop if a home is missing; leave out accounts whose home belongs to another user',
      '-H': 'do not check homes',
      '-U': 'leave out accounts with upper-case letters in their names; the default',
      '-u': 'include them',
      '-cchar': 'a user’s other addresses begin with the name and this character; default: -',
      '-C': 'users have no other addresses',
      '-/': 'files of extension addresses are .qmail-/ext instead of .qmail-ext',
    },
    load: async () => (await import('./qmail-pw2u.ts')).run,
  },
  'qmail-getpw': {
    usage: 'qmail-getpw local',
    says: 'Prints the account of this machine that a local part belongs to.',
    load: async () => (await import('./qmail-getpw.ts')).run,
  },
};
