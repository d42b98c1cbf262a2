// The commands for forwarding databases (fastforward), aliases files and .forward files.
import type { Commands } from '../command.ts';
import { own } from '../load-builtin.ts';

export const forwardingCommands: Commands = {
  fastforward: {
    usage: 'fastforward [ -nNpPdD ] data.cdb',
    says: 'Forwards the message according to a forwarding database.',
    options: {
      '-n': 'print what would be done, without doing it',
      '-N': 'do it; the default',
      '-p': 'if the address is not found, continue with the next .qmail line',
      '-P': 'if the address is not found, bounce the message; the default',
      '-d': 'look up DEFAULT@HOST',
      '-D': 'look up RECIPIENT; the default',
    },
    load: own('fastforward'),
  },
  'dot-forward': {
    usage: 'dot-forward [ -nN ] file ...',
    says: 'Follows .forward files.',
    options: {
      '-n': 'print what would be done, without doing it',
      '-N': 'do it; the default',
    },
    load: own('dot-forward'),
  },
  setforward: {
    usage: 'setforward data.cdb data.tmp < table',
    says: 'Creates a forwarding database.',
    load: async () => (await import('./setforward.ts')).run,
  },
  printforward: {
    usage: 'printforward < data.cdb',
    says: 'Prints a forwarding database.',
    load: async () => (await import('./printforward.ts')).run,
  },
  setmaillist: {
    usage: 'setmaillist list.bin list.tmp < list',
    says: 'Creates a mailing list for fastforward.',
    load: async () => (await import('./setmaillist.ts')).run,
  },
  printmaillist: {
    usage: 'printmaillist < list.bin',
    says: 'Prints a mailing list for fastforward.',
    load: async () => (await import('./printmaillist.ts')).run,
  },
  newaliases: {
    usage: 'newaliases [ aliases ]',
    says: 'Creates the forwarding database for /etc/aliases.',
    load: async () => (await import('./newaliases.ts')).run,
  },
  newinclude: {
    usage: 'newinclude list',
    says: 'Creates a mailing list from an :include: file.',
    load: async () => (await import('./newinclude.ts')).run,
  },
};
