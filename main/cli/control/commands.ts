// The commands about the configuration.
import type { Commands } from '../command.ts';

export const controlCommands: Commands = {
  explain: {
    usage: 'waypost explain [--sender ADDRESS] [--dns] [--json] ADDRESS',
    says: 'Says what would happen to mail for an address, with the file and line that decide.',
    load: async () => (await import('./explain.ts')).run,
  },
  'qmail-showctl': {
    usage: 'qmail-showctl [--dns] [--json]',
    says: 'Shows the configuration in words, and what may be wrong with it.',
    load: async () => (await import('./qmail-showctl.ts')).run,
  },
  'qmail-newmrh': {
    usage: 'qmail-newmrh',
    says: 'Makes control/morercpthosts.cdb from control/morercpthosts.',
    load: async () => (await import('./qmail-newmrh.ts')).run,
  },
};
