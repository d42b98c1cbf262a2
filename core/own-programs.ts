// The programs that run inside the host when a .qmail line calls them, whichever service they belong to.
import type { OwnPrograms } from './lib/own-program.ts';

export const ownPrograms = {
  '822date': async () => (await import('./inject/readers/822date.ts')).date822,
  '822field': async () => (await import('./inject/readers/822field.ts')).field822,
  '822header': async () => (await import('./inject/readers/822header.ts')).header822,
  '822print': async () => (await import('./inject/readers/822print.ts')).print822,
  '822received': async () => (await import('./inject/readers/822received.ts')).received822,
  bouncesaying: async () => (await import('./local/programs/bouncesaying.ts')).bouncesaying,
  condredirect: async () => (await import('./local/programs/condredirect.ts')).condredirect,
  'dot-forward': async () => (await import('./local/programs/dot-forward.ts')).dotForward,
  except: async () => (await import('./local/programs/except.ts')).except,
  fastforward: async () => (await import('./local/programs/fastforward.ts')).fastforward,
  forward: async () => (await import('./local/programs/forward.ts')).forward,
  iftocc: async () => (await import('./inject/readers/iftocc.ts')).iftocc,
  predate: async () => (await import('./local/programs/predate.ts')).predate,
  preline: async () => (await import('./local/programs/preline.ts')).preline,
  qbiff: async () => (await import('./local/programs/qbiff.ts')).qbiff,
  qreceipt: async () => (await import('./local/programs/qreceipt.ts')).qreceipt,
} satisfies OwnPrograms;
