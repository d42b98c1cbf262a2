// The commands about the configuration.
import type { Commands } from '../command.ts';

export const controlCommands: Commands = {
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
