// The commands that put mail into the queue.
import type { Commands, Run } from '../command.ts';
import { own } from '../load-own.ts';

export const injectCommands: Commands = {
  'qmail-inject': {
    usage: 'qmail-inject [ -nNaAhH ] [ -fsender ] [ recip ... ]',
    says: 'Completes the message on standard input and queues it.',
    load: async () => (await import('./qmail-inject.ts')).run,
  },
  'new-inject': {
    usage: 'new-inject [ -nNaAhHFIMRS ] [ -f sender ] [ recip ... ]',
    says: 'Writes the header of the message on standard input anew, and queues it.',
    load: async () => (await import('./new-inject.ts')).run,
  },
  ofmipd: {
    usage: 'ofmipd [ name.cdb ]',
    says: 'Takes new mail by SMTP on standard input and output.',
    load: async () => (await import('./ofmipd.ts')).run,
  },
  ofmipname: {
    usage: 'ofmipname name.cdb name.tmp < names',
    says: 'Makes the database of names for ofmipd.',
    load: async () => (await import('./ofmipname.ts')).run,
  },
  sendmail: {
    usage: 'sendmail [ -t ] [ -fsender ] [ -Fname ] [ -bp ] [ -bs ] [ arg ... ]',
    says: 'What other programs call to send mail.',
    load: loadSendmail,
  },
  iftocc: {
    usage: 'iftocc [ address ... ]',
    says: 'Says whether an address is in To or Cc.',
    load: own('iftocc'),
  },
  '822date': { usage: '822date [ name ]', says: 'Prints the date of a message.', load: own('822date') },
  '822field': { usage: '822field [ name ]', says: 'Prints the values of a field.', load: own('822field') },
  '822header': { usage: '822header', says: 'Prints the header of a message.', load: own('822header') },
  '822print': { usage: '822print', says: 'Prints a message for people.', load: own('822print') },
  '822received': { usage: '822received', says: 'Prints the way of a message.', load: own('822received') },
  mailq: { usage: 'mailq', says: 'Lists the queue, as sendmail -bp does.', load: loadSendmail },
};

async function loadSendmail(): Promise<Run> {
  const sendmail = await import('./sendmail.ts');
  return (args, io) =>
    sendmail.run(args, io, {
      listQueue: async again => (await import('../queue/qmail-qread.ts')).run([], again),
      serveSmtp: async again => (await import('../receive/qmail-smtpd.ts')).serveUser(again),
    });
}
