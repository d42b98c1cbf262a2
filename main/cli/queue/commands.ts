// The commands of the queue.
import type { Commands } from '../command.ts';

export const queueCommands: Commands = {
  queue: {
    usage:
      'waypost queue list [--json] | view N | retry [N ...] | hold|release|bounce|delete N ... [--recipient ADDRESS] | settle',
    says: 'Shows and changes the queue of the running host; settle prepares it for qmail after a crash.',
    options: {
      '--json': 'print JSON',
      '--recipient ADDRESS': 'only this recipient of the message',
    },
    load: async () => (await import('./queue.ts')).run,
  },
  'qmail-queue': {
    usage: 'qmail-queue < message 1< envelope',
    says: 'Queues the message on fd 0 with the envelope on fd 1.',
    load: async () => (await import('./qmail-queue.ts')).run,
  },
  'qmail-qread': {
    usage: 'qmail-qread',
    says: 'Lists the messages in the queue and their recipients.',
    load: async () => (await import('./qmail-qread.ts')).run,
  },
  qmailctl: {
    usage: 'qmailctl start | stop | restart | stat | pause | cont | doqueue | reload | queue | cdb | help',
    says: 'Controls the services, as the script in Life with qmail does.',
    load: async () => (await import('./qmailctl.ts')).run,
  },
  'qmail-qstat': {
    usage: 'qmail-qstat',
    says: 'Counts the messages in the queue.',
    load: async () => (await import('./qmail-qstat.ts')).run,
  },
};
