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
    load: async () => (await import('./qmail-pw2u.ts')).run,
  },
  'qmail-getpw': {
    usage: 'qmail-getpw local',
    says: 'Says which account of this machine a local part belongs to.',
    load: async () => (await import('./qmail-getpw.ts')).run,
  },
};
