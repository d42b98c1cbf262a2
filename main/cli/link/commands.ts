// The commands of links: waypost link, those that send a Maildir over one, and setlock, which keeps two of them from doing it at
// once.
import type { Commands } from '../command.ts';
import { linkVerbs } from './link-verbs.ts';

const ofMaildirserial = {
  '-b': 'return messages that are refused permanently to their senders',
  '-t LIFETIME': 'treat a message that is older than LIFETIME seconds and refused for now as refused permanently',
} as const;

export const linkCommands: Commands = {
  link: {
    usage: 'waypost link [--json] | VERB NAME ...',
    says: 'Shows links that come and go, and changes them and what waits for them.',
    options: { '--json': 'print JSON' },
    verbs: linkVerbs,
    load: async () => (await import('./link.ts')).run,
  },
  maildirserial: {
    usage: 'maildirserial [ -b ] [ -t lifetime ] dir prefix client [ arg ... ]',
    says: 'Sends the messages of a Maildir through a client, and removes what was accepted.',
    options: ofMaildirserial,
    runsProgram: true,
    load: async () => (await import('./maildirserial.ts')).run,
  },
  maildirsmtp: {
    usage: 'maildirsmtp dir prefix host helohost',
    says: 'Sends the messages of a Maildir to a host by SMTP.',
    load: async () => (await import('./maildirsmtp.ts')).maildirsmtp,
  },
  maildirqmtp: {
    usage: 'maildirqmtp dir prefix host',
    says: 'Sends the messages of a Maildir to a host by QMTP.',
    load: async () => (await import('./maildirsmtp.ts')).maildirqmtp,
  },
  serialcmd: {
    usage: 'serialcmd prefix command',
    says: 'Runs a shell command for each message that standard input names.',
    load: async () => (await import('./serialcmd.ts')).run,
  },
  serialqmtp: {
    usage: 'serialqmtp prefix',
    says: 'Sends the messages that standard input names by QMTP, over fd 6 and fd 7.',
    load: async () => (await import('./serialqmtp.ts')).run,
  },
  serialsmtp: {
    usage: 'serialsmtp prefix helohost',
    says: 'Sends the messages that standard input names by SMTP, over fd 6 and fd 7.',
    load: async () => (await import('./serialsmtp.ts')).run,
  },
  setlock: {
    usage: 'setlock [ -nNxX ] file program [ arg ... ]',
    says: 'Runs a program that holds a lock on a file.',
    options: {
      '-n': 'do not wait for the lock',
      '-N': 'wait for it; the default',
      '-x': 'exit with 0, and print nothing, if the file cannot be opened or locked',
      '-X': 'print an error then; the default',
    },
    runsProgram: true,
    load: async () => (await import('./setlock.ts')).run,
  },
};
