// The commands that put mail into the queue.
import type { BuiltinPrograms } from '../../../core/paper-path/builtin-program.ts';
import type { Commands, Run } from '../command.ts';
import { ownCommand } from '../load-builtin.ts';

/** Options that qmail-inject and new-inject share. */
const ofInjection = {
  '-n': 'print the message and do not queue it',
  '-N': 'queue it; the default',
  '-a': 'the recipients are the arguments',
  '-h': 'the recipients are in the header',
  '-A': 'the recipients are the arguments, or if there are none, in the header; the default',
  '-H': 'the recipients are both',
} as const;

/** Programs that parse whole headers, which strangers write: each runs as a process, so that the host never waits for them. */
export const readers = {
  '822date': async () => (await import('../../../core/inject/readers/822date.ts')).date822,
  '822field': async () => (await import('../../../core/inject/readers/822field.ts')).field822,
  '822header': async () => (await import('../../../core/inject/readers/822header.ts')).header822,
  '822print': async () => (await import('../../../core/inject/readers/822print.ts')).print822,
  '822received': async () => (await import('../../../core/inject/readers/822received.ts')).received822,
  iftocc: async () => (await import('../../../core/inject/readers/iftocc.ts')).iftocc,
} satisfies BuiltinPrograms;

export const injectCommands: Commands = {
  'qmail-inject': {
    usage: 'qmail-inject [ -nNaAhH ] [ -fsender ] [ recip ... ]',
    says: 'Completes the message on standard input and queues it.',
    options: {
      ...ofInjection,
      '-fsender': 'the envelope sender',
    },
    load: async () => (await import('./qmail-inject.ts')).run,
  },
  'new-inject': {
    usage: 'new-inject [ -nNaAhHFIMRS ] [ -f sender ] [ recip ... ]',
    says: 'Rewrites the header of the message on standard input, and queues it.',
    options: {
      ...ofInjection,
      '-F': 'replace From',
      '-I': 'replace Message-ID',
      '-M': 'use a different return path for each message',
      '-R': 'use a different return path for each recipient',
      '-S': 'ignore Return-Path',
      '-f sender': 'the envelope sender',
    },
    load: async () => (await import('./new-inject.ts')).run,
  },
  ofmipd: {
    usage: 'ofmipd [ name.cdb ]',
    says: 'Accepts new mail by SMTP on standard input and output.',
    load: async () => (await import('./ofmipd.ts')).run,
  },
  ofmipname: {
    usage: 'ofmipname name.cdb name.tmp < names',
    says: 'Creates the database of sender names for ofmipd.',
    load: async () => (await import('./ofmipname.ts')).run,
  },
  sendmail: {
    usage: 'sendmail [ -t ] [ -fsender ] [ -Fname ] [ -bp ] [ -bs ] [ -bv ] [ -q ] [ -v ] [ arg ... ]',
    says: 'Sends mail, for programs that expect sendmail.',
    options: {
      '-t': 'also send to the recipients in To, Cc and Bcc',
      '-fsender': 'the envelope sender, and the From field if it is missing',
      '-Fname': 'the name in an added From field',
      '-bp': 'list the queue',
      '-bs': 'speak SMTP on standard input and output',
      '-bv': 'show what would happen to mail for the recipients',
      '-q': 'try everything in the queue now',
      '-v': 'wait, and print the result of each delivery',
    },
    load: loadSendmail,
  },
  iftocc: {
    usage: 'iftocc [ address ... ]',
    says: 'Checks whether an address is in To or Cc.',
    load: ownCommand(readers.iftocc),
  },
  '822date': { usage: '822date [ name ]', says: 'Prints the date of a message.', load: ownCommand(readers['822date']) },
  '822field': {
    usage: '822field [ name ]',
    says: 'Prints the values of a field.',
    load: ownCommand(readers['822field']),
  },
  '822header': { usage: '822header', says: 'Prints the header of a message.', load: ownCommand(readers['822header']) },
  '822print': { usage: '822print', says: 'Prints a message in readable form.', load: ownCommand(readers['822print']) },
  '822received': {
    usage: '822received',
    says: 'Prints the path of a message.',
    load: ownCommand(readers['822received']),
  },
  mailq: { usage: 'mailq', says: 'Lists the queue, as sendmail -bp does.', load: loadSendmail },
};

async function loadSendmail(): Promise<Run> {
  const sendmail = await import('./sendmail.ts');
  return (args, io) =>
    sendmail.run(args, io, {
      listQueue: async again => (await import('../queue/qmail-qread.ts')).run([], again),
      serveSmtp: async again => (await import('../receive/qmail-smtpd.ts')).serveUser(again),
      flushQueue: async again => (await import('../queue/flush.ts')).flushQueue(again),
      makeAliases: async again => (await import('../forwarding/newaliases.ts')).run([], again),
      follow: async again => (await import('./follow-message.ts')).createFollower(again),
      explain: async (address, again) => (await import('../control/explain.ts')).run(['--', address], again),
    });
}
