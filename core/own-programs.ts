// The programs that run inside the host when a .qmail line calls them, whichever service they belong to.
import type { OwnPrograms } from './lib/own-program.ts';

export const ownPrograms: OwnPrograms = {
  forward: async () => (await import('./local/programs/forward.ts')).forward,
};
