// The commands about the configuration.
import type { Commands } from '../command.ts';

export const controlCommands: Commands = {
  config: {
    usage: 'waypost config --home DIR [--mail-home DIR] [--force]',
    says: 'Asks a few questions and writes the control files.',
    options: {
      '--mail-home DIR': 'for a new home: the directory of the Maildir and the .qmail files',
      '--force': 'replace control files with other contents without asking',
    },
    load: async () => (await import('./config.ts')).run,
  },
  'config-fast': {
    usage: 'waypost config-fast --home DIR [--user NAME] [--mail-home DIR] [--force] HOST',
    says: 'Writes the control files for a host of this name, without questions.',
    options: {
      '--user NAME': 'the user who owns the mail; default: the user who runs this',
      '--mail-home DIR': 'for a new home: the directory of the Maildir and the .qmail files',
      '--force': 'replace existing control files',
    },
    load: async () => (await import('./config-fast.ts')).run,
  },
  explain: {
    usage: 'waypost explain [--sender ADDRESS] [--dns] [--json] ADDRESS',
    says: 'Shows what would happen to mail for an address, and which file and line decide it.',
    options: {
      '--sender ADDRESS': 'the envelope sender; default: the empty sender',
      '--dns': 'look up the servers of other hosts in the DNS',
      '--json': 'print JSON',
    },
    load: async () => (await import('./explain.ts')).run,
  },
  'qmail-showctl': {
    usage: 'qmail-showctl [--dns] [--json]',
    says: 'Describes the configuration and reports problems.',
    options: {
      '--dns': 'also look up the names in the DNS',
      '--json': 'print JSON',
    },
    load: async () => (await import('./qmail-showctl.ts')).run,
  },
  'qmail-newmrh': {
    usage: 'qmail-newmrh',
    says: 'Compiles control/morercpthosts into control/morercpthosts.cdb.',
    load: async () => (await import('./qmail-newmrh.ts')).run,
  },
};
