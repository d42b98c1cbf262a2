// The commands about the configuration.
import type { Commands } from '../command.ts';

export const controlCommands: Commands = {
  config: {
    usage: 'waypost config --home DIR [--mail-home DIR] [--force]',
    says: 'Asks a few questions and writes the control files.',
    options: {
      '--mail-home DIR': 'of a new home: where Maildir and the .qmail files are',
      '--force': 'replace control files that say something else, without a question',
    },
    load: async () => (await import('./config.ts')).run,
  },
  'config-fast': {
    usage: 'waypost config-fast --home DIR [--user NAME] [--mail-home DIR] [--force] HOST',
    says: 'Writes the control files of a host of this name, without a question.',
    options: {
      '--user NAME': 'whose mail it is; without it the one who runs this',
      '--mail-home DIR': 'of a new home: where Maildir and the .qmail files are',
      '--force': 'replace control files that are there',
    },
    load: async () => (await import('./config-fast.ts')).run,
  },
  explain: {
    usage: 'waypost explain [--sender ADDRESS] [--dns] [--json] ADDRESS',
    says: 'Says what would happen to mail for an address, with the file and line that decide.',
    options: {
      '--sender ADDRESS': 'who sends the mail; without it nobody',
      '--dns': 'ask DNS for the servers of other hosts',
      '--json': 'as JSON',
    },
    load: async () => (await import('./explain.ts')).run,
  },
  'qmail-showctl': {
    usage: 'qmail-showctl [--dns] [--json]',
    says: 'Shows the configuration in words, and what may be wrong with it.',
    options: {
      '--dns': 'ask DNS about the names too',
      '--json': 'as JSON',
    },
    load: async () => (await import('./qmail-showctl.ts')).run,
  },
  'qmail-newmrh': {
    usage: 'qmail-newmrh',
    says: 'Makes control/morercpthosts.cdb from control/morercpthosts.',
    load: async () => (await import('./qmail-newmrh.ts')).run,
  },
};
