// The commands around mail from the network: access rules, DNS lists, qmail-smtpd and its filters.
import type { Commands } from '../command.ts';

export const receiveCommands: Commands = {
  'qmail-smtpd': {
    usage: 'qmail-smtpd',
    says: 'Speaks SMTP on fd 0 and fd 1, under tcpserver or another super-server.',
    load: async () => (await import('./qmail-smtpd.ts')).run,
  },
  tcprules: {
    usage: 'tcprules CDB TEMPORARY < rules',
    says: 'Compiles access rules into a constant database.',
    load: async () => (await import('./tcprules.ts')).run,
  },
  tcprulescheck: {
    usage: 'tcprulescheck CDB [ IP [ INFO [ HOST ]]]',
    says: 'Shows which access rule fits a client.',
    load: async () => (await import('./tcprulescheck.ts')).run,
  },
  'qmail-qmtpd': {
    usage: 'qmail-qmtpd',
    says: 'Receives mail by QMTP on standard input and output.',
    load: async () => (await import('./qmail-qmtpd.ts')).run,
  },
  'qmail-qmqpd': {
    usage: 'qmail-qmqpd',
    says: 'Receives mail by QMQP on standard input and output.',
    load: async () => (await import('./qmail-qmqpd.ts')).run,
  },
};
