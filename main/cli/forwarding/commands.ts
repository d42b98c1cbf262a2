// The commands around forwarding databases (fastforward), aliases files and .forward files.
import type { Commands } from '../command.ts';
import { own } from '../load-own.ts';

export const forwardingCommands: Commands = {
  fastforward: {
    usage: 'fastforward [ -nNpPdD ] data.cdb',
    says: 'Forwards the message as a forwarding database says.',
    options: {
      '-n': 'say what would be done, and do nothing',
      '-N': 'do it; the default',
      '-p': 'pass on what is not found: the next line of .qmail follows',
      '-P': 'return what is not found to its sender; the default',
      '-d': 'look up DEFAULT@HOST',
      '-D': 'look up RECIPIENT; the default',
    },
    load: own('fastforward'),
  },
  'dot-forward': {
    usage: 'dot-forward [ -nN ] file ...',
    says: 'Obeys .forward files.',
    options: {
      '-n': 'say what would be done, and do nothing',
      '-N': 'do it; the default',
    },
    load: own('dot-forward'),
  },
  setforward: {
    usage: 'setforward data.cdb data.tmp < table',
    says: 'Makes a forwarding database.',
    load: async () => (await import('./setforward.ts')).run,
  },
  printforward: {
    usage: 'printforward < data.cdb',
    says: 'Prints a forwarding database.',
    load: async () => (await import('./printforward.ts')).run,
  },
  setmaillist: {
    usage: 'setmaillist list.bin list.tmp < list',
    says: 'Makes a mailing list for fastforward.',
    load: async () => (await import('./setmaillist.ts')).run,
  },
  printmaillist: {
    usage: 'printmaillist < list.bin',
    says: 'Prints a mailing list of fastforward.',
    load: async () => (await import('./printmaillist.ts')).run,
  },
  newaliases: {
    usage: 'newaliases [ aliases ]',
    says: 'Makes the forwarding database of /etc/aliases.',
    load: async () => (await import('./newaliases.ts')).run,
  },
  newinclude: {
    usage: 'newinclude list',
    says: 'Makes a mailing list of an :include: file.',
    load: async () => (await import('./newinclude.ts')).run,
  },
};
