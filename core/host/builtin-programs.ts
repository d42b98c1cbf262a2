// The programs that run inside the host when a .qmail line calls them, whichever service they belong to.
import type { BuiltinPrograms } from '../paper-path/builtin-program.ts';

export const builtinPrograms = {
  bouncesaying: async () => (await import('../local/programs/bouncesaying.ts')).bouncesaying,
  condredirect: async () => (await import('../local/programs/condredirect.ts')).condredirect,
  'dot-forward': async () => (await import('../local/programs/dot-forward.ts')).dotForward,
  except: async () => (await import('../local/programs/except.ts')).except,
  fastforward: async () => (await import('../local/programs/fastforward.ts')).fastforward,
  forward: async () => (await import('../local/programs/forward.ts')).forward,
  predate: async () => (await import('../local/programs/predate.ts')).predate,
  preline: async () => (await import('../local/programs/preline.ts')).preline,
  qbiff: async () => (await import('../local/programs/qbiff.ts')).qbiff,
  qreceipt: async () => (await import('../local/programs/qreceipt.ts')).qreceipt,
} satisfies BuiltinPrograms;
