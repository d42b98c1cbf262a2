// The commands around mail from the network: access rules, DNS lists, qmail-smtpd and its filters.
import type { Commands } from '../command.ts';

/** Options that tcpserver and tcpclient share. */
const ofConnections = {
  '-q': 'say nothing',
  '-Q': 'say what should not happen; the default',
  '-v': 'say everything',
  '-h': 'look the other end’s name up; the default',
  '-H': 'do not',
  '-r': 'ask the other end for the user (ident); the default',
  '-R': 'do not',
  '-t SECONDS': 'how long to wait for that answer',
  '-l NAME': 'this machine’s name, which is not looked up then',
  '-d': 'gather small packets; the default',
  '-D': 'send them at once',
} as const;

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
    options: {
      '-b': 'refuse for good by the lists that follow',
      '-B': 'refuse for now; the default',
      '-c': 'refuse for now when a list cannot be asked',
      '-C': 'keep nobody out then; the default',
      '-t SECONDS': 'talk to a refused client no longer than this (60)',
      '-r BASE': 'refuse whom this list has a TXT record for',
      '-a BASE': 'accept whom this list has an A record for',
    },
    runsProgram: true,
    load: async () => (await import('./rblsmtpd.ts')).run,
  },
  recordio: {
    usage: 'recordio PROGRAM [ ARG ... ]',
    says: 'Runs a network program and writes what it hears and says to standard error.',
    runsProgram: true,
    load: async () => (await import('./recordio.ts')).run,
  },
  'tcp-env': {
    usage: 'tcp-env [ -rR ] [ -t SECONDS ] PROGRAM [ ARG ... ]',
    says: 'Becomes a program with what is known of the TCP connection on fd 0 in its environment.',
    options: {
      '-r': 'ask the other host for the user behind the connection; the default',
      '-R': 'do not ask',
      '-t SECONDS': 'ask no longer than this (30)',
    },
    runsProgram: true,
    load: async () => (await import('./tcp-env.ts')).run,
  },
  tcpclient: {
    usage: 'tcpclient [ options ] HOST PORT PROGRAM [ ARG ... ]',
    says: 'Connects to a host and runs a program with the network on fd 6 and fd 7.',
    options: {
      ...ofConnections,
      '-i IP': 'this end’s address',
      '-p PORT': 'this end’s port',
      '-T FIRST+SECOND': 'how long the first and the second round of attempts may take (2+58 seconds)',
    },
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
    options: {
      '-c COUNT': 'so many programs at most at a time (40)',
      '-x CDB': 'access rules that tcprules has made',
      '-X': 'let clients in when that file is not there',
      '-B BANNER': 'said to each client first',
      '-u UID': 'become this user once the port is open',
      '-g GID': 'and this group',
      '-U': 'take both from the environment',
      '-1': 'print the number of the port',
      '-b COUNT': 'so many clients may wait in the system (20)',
      '-p': 'forget a name that has not the client’s address',
      '-P': 'do not; the default',
      ...ofConnections,
    },
    runsProgram: true,
    load: async () => (await import('./tcpserver.ts')).run,
  },
};
