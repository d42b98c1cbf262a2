// All commands by name: one file each, loaded when it is called, so that sendmail starts as fast as it can.
import type { CommandIo } from './command-io.ts';

type Run = (args: readonly string[], io: CommandIo) => Promise<number>;

interface Command {
  readonly usage: string;
  /** What it does, in a line. */
  readonly says: string;
  readonly load: () => Promise<Run>;
}

export const commands: Readonly<Record<string, Command>> = {
  init: {
    usage: 'waypost init --home DIR --me HOST [--user NAME] [--mail-home DIR]',
    says: 'Makes a home: control files, an empty queue, a Maildir.',
    load: async () => (await import('./init.ts')).run,
  },
  serve: {
    usage: 'waypost serve --home DIR [--smtp ADDR:PORT] [--pop3 ADDR:PORT] [--ui ADDR:PORT] [--verbose]',
    says: 'Runs the mail host until SIGTERM; prints one JSON line when it is ready.',
    load: async () => (await import('./serve.ts')).run,
  },
  api: {
    usage: 'waypost api --home DIR METHOD [JSON]',
    says: 'Asks the running host, e.g. waypost api queue.list; prints the answer as JSON.',
    load: async () => (await import('./api.ts')).run,
  },
  queue: {
    usage:
      'waypost queue list [--json] | view N | retry [N ...] | hold|release|bounce|delete N ... [--recipient ADDRESS]',
    says: 'Shows what waits in the queue of the running host, and changes it.',
    load: async () => (await import('./queue.ts')).run,
  },
  passwd: {
    usage: 'waypost passwd NAME [MAILDIR] < password',
    says: 'Sets the POP3 password of NAME (first line of standard input) for a Maildir.',
    load: async () => (await import('./passwd.ts')).run,
  },
  'qmail-inject': {
    usage: 'qmail-inject [ -nNaAhH ] [ -fsender ] [ recip ... ]',
    says: 'Completes the message on standard input and queues it.',
    load: async () => (await import('./qmail-inject.ts')).run,
  },
  sendmail: {
    usage: 'sendmail [ -t ] [ -fsender ] [ -Fname ] [ -bp ] [ arg ... ]',
    says: 'What other programs call to send mail.',
    load: loadSendmail,
  },
  mailq: { usage: 'mailq', says: 'Lists the queue, as sendmail -bp does.', load: loadSendmail },
  newaliases: { usage: 'newaliases', says: 'Says what to use instead.', load: loadSendmail },
  'qmail-queue': {
    usage: 'qmail-queue < message 1< envelope',
    says: 'Queues the message on fd 0 under the envelope on fd 1.',
    load: async () => (await import('./qmail-queue.ts')).run,
  },
  'qmail-qread': {
    usage: 'qmail-qread',
    says: 'Lists the messages in the queue and their recipients.',
    load: async () => (await import('./qmail-qread.ts')).run,
  },
  'qmail-qstat': {
    usage: 'qmail-qstat',
    says: 'Counts the messages in the queue.',
    load: async () => (await import('./qmail-qstat.ts')).run,
  },
  maildirmake: {
    usage: 'maildirmake name',
    says: 'Makes an empty Maildir.',
    load: async () => (await import('./maildirmake.ts')).run,
  },
};

async function loadSendmail(): Promise<Run> {
  const [sendmail, qread] = await Promise.all([import('./sendmail.ts'), import('./qmail-qread.ts')]);
  return (args, io) => sendmail.run(args, io, { listQueue: again => qread.run([], again) });
}
