// The commands that put mail into the queue.
import type { Commands, Run } from '../command.ts';

export const injectCommands: Commands = {
  'qmail-inject': {
    usage: 'qmail-inject [ -nNaAhH ] [ -fsender ] [ recip ... ]',
    says: 'Completes the message on standard input and queues it.',
    load: async () => (await import('./qmail-inject.ts')).run,
  },
  sendmail: {
    usage: 'sendmail [ -t ] [ -fsender ] [ -Fname ] [ -bp ] [ -bs ] [ arg ... ]',
    says: 'What other programs call to send mail.',
    load: loadSendmail,
  },
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
