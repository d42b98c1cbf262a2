// The commands about whose mail is whose.
import type { Commands } from '../command.ts';

export const userCommands: Commands = {
  'qmail-newu': {
    usage: 'qmail-newu',
    says: 'Makes users/cdb from users/assign.',
    load: async () => (await import('./qmail-newu.ts')).run,
  },
  'qmail-pw2u': {
    usage: 'qmail-pw2u [ -/ohHuUC ] [ -cchar ] < passwd > assign',
    says: 'Makes users/assign from accounts.',
    options: {
      '-o': 'leave out accounts whose home is missing or not their own; the default',
      '-h': 'stop if a home is missing; leave out those whose home is not their own',
      '-H': 'do not look at homes',
      '-U': 'leave out accounts with upper-case letters; the default',
      '-u': 'take them too',
      '-cchar': 'other addresses of a user begin with the name and this character; the default is -',
      '-C': 'users have no other addresses',
      '-/': 'files of extension addresses are .qmail-/ext in the place of .qmail-ext',
    },
    load: async () => (await import('./qmail-pw2u.ts')).run,
  },
  'qmail-getpw': {
    usage: 'qmail-getpw local',
    says: 'Says which account of this machine a local part belongs to.',
    load: async () => (await import('./qmail-getpw.ts')).run,
  },
};
