// The commands around mail from the network: access rules, DNS lists, qmail-smtpd and its filters.
import type { Commands } from '../command.ts';

/** Options that tcpserver and tcpclient share. */
const ofConnections = {
  '-q': 'print nothing',
  '-Q': 'print errors; the default',
  '-v': 'print everything',
  '-h': 'look up the name of the other end; the default',
  '-H': 'do not look it up',
  '-r': 'ask the other end for the user name (ident); the default',
  '-R': 'do not ask',
  '-t SECONDS': 'how long to wait for the ident reply',
  '-l NAME': 'this machine’s name; without it the name is looked up',
  '-d': 'combine small packets; the default',
  '-D': 'send them at once',
} as const;

export const receiveCommands: Commands = {
  addcr: {
    usage: 'addcr < text',
    says: 'Adds a CR before every LF.',
    load: async () => (await import('./line-filters.ts')).addcr,
  },
  delcr: {
    usage: 'delcr < text',
    says: 'Removes a CR before every LF.',
    load: async () => (await import('./line-filters.ts')).delcr,
  },
  fixcrio: {
    usage: 'fixcrio PROGRAM [ ARG ... ]',
    says: 'Runs a network program and adds missing CRs before LFs in both directions.',
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
    says: 'Refuses clients in DNS lists; runs the program for all others.',
    options: {
      '-b': 'for the lists that follow, refuse permanently',
      '-B': 'refuse temporarily; the default',
      '-c': 'refuse temporarily if a list cannot be queried',
      '-C': 'accept in this case; the default',
      '-t SECONDS': 'how long to talk to a refused client (60)',
      '-r BASE': 'refuse addresses with a TXT record in this list',
      '-a BASE': 'accept addresses with an A record in this list',
    },
    runsProgram: true,
    load: async () => (await import('./rblsmtpd.ts')).run,
  },
  recordio: {
    usage: 'recordio PROGRAM [ ARG ... ]',
    says: 'Runs a network program and records its conversation on standard error.',
    runsProgram: true,
    load: async () => (await import('./recordio.ts')).run,
  },
  'tcp-env': {
    usage: 'tcp-env [ -rR ] [ -t SECONDS ] PROGRAM [ ARG ... ]',
    says: 'Runs a program with the TCP connection on fd 0 described in its environment.',
    options: {
      '-r': 'ask the other host for the user name (ident); the default',
      '-R': 'do not ask',
      '-t SECONDS': 'how long to wait for the ident reply (30)',
    },
    runsProgram: true,
    load: async () => (await import('./tcp-env.ts')).run,
  },
  tcpclient: {
    usage: 'tcpclient [ options ] HOST PORT PROGRAM [ ARG ... ]',
    says: 'Connects to a host and runs a program with the connection on fd 6 and fd 7.',
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
    says: 'Shows the access rule that applies to a client.',
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
    says: 'Accepts TCP connections and starts a program for each.',
    options: {
      '-c COUNT': 'the maximum number of programs at a time (40)',
      '-x CDB': 'access rules compiled by tcprules',
      '-X': 'allow clients if that file does not exist',
      '-B BANNER': 'sent to each client first',
      '-u UID': 'switch to this user after opening the port',
      '-g GID': 'switch to this group too',
      '-U': 'take both from the environment',
      '-1': 'print the number of the port',
      '-b COUNT': 'how many clients the system keeps waiting (20)',
      '-p': 'discard a name that does not resolve to the client’s address',
      '-P': 'do not check; the default',
      ...ofConnections,
    },
    runsProgram: true,
    load: async () => (await import('./tcpserver.ts')).run,
  },
};
