// The commands around mail from the network: access rules, DNS lists, qmail-smtpd and its filters.
import type { Commands } from '../command.ts';

export const receiveCommands: Commands = {
  addcr: {
    usage: 'addcr < text',
    says: 'Puts a CR before every LF.',
    load: async () => (await import('./line-filters.ts')).addcr,
  },
  delcr: {
    usage: 'delcr < text',
    says: 'Takes a CR away before every LF.',
    load: async () => (await import('./line-filters.ts')).delcr,
  },
  fixcrio: {
    usage: 'fixcrio PROGRAM [ ARG ... ]',
    says: 'Runs a network program and puts a CR before every LF that has none, both ways.',
    runsProgram: true,
    load: async () => (await import('./line-filters.ts')).fixcrio,
  },
  'qmail-smtpd': {
    usage: 'qmail-smtpd',
    says: 'Speaks SMTP on fd 0 and fd 1, under tcpserver or another super-server.',
    load: async () => (await import('./qmail-smtpd.ts')).run,
  },
  rblsmtpd: {
    usage: 'rblsmtpd [ -bBcC ] [ -t SECONDS ] [ -r BASE ] [ -a BASE ] PROGRAM [ ARG ... ]',
    says: 'Refuses clients that DNS lists name; for others it becomes the program.',
    runsProgram: true,
    load: async () => (await import('./rblsmtpd.ts')).run,
  },
  recordio: {
    usage: 'recordio PROGRAM [ ARG ... ]',
    says: 'Runs a network program and writes what it hears and says to standard error.',
    runsProgram: true,
    load: async () => (await import('./recordio.ts')).run,
  },
  tcpclient: {
    usage: 'tcpclient [ options ] HOST PORT PROGRAM [ ARG ... ]',
    says: 'Connects to a host and runs a program with the network on fd 6 and fd 7.',
    runsProgram: true,
    load: async () => (await import('./tcpclient.ts')).run,
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
  tcpserver: {
    usage: 'tcpserver [ options ] HOST PORT PROGRAM [ ARG ... ]',
    says: 'Takes TCP connections and starts a program for each.',
    runsProgram: true,
    load: async () => (await import('./tcpserver.ts')).run,
  },
};
