// The commands about the configuration.
import type { Commands } from '../command.ts';

export const controlCommands: Commands = {
  'qmail-newmrh': {
    usage: 'qmail-newmrh',
    says: 'Makes control/morercpthosts.cdb from control/morercpthosts.',
    load: async () => (await import('./qmail-newmrh.ts')).run,
  },
};
