// The commands that make a home, run it, and ask the host that runs.
import type { Commands } from '../command.ts';

export const hostCommands: Commands = {
  init: {
    usage:
      'waypost init --home DIR --me HOST [--user NAME] [--mail-home DIR] [--run-as USER --parse-as USER --alias-user USER | --make-users] | --null-client SERVER ...',
    says: 'Makes a home: control files, an empty queue, a Maildir.',
    load: async () => (await import('./init.ts')).run,
  },
  adopt: {
    usage: 'waypost adopt --home DIR [--run-as USER] [--parse-as USER] [--alias-user USER] [--make-users]',
    says: 'Makes a home fit for a host that root starts: its files get their owners.',
    load: async () => (await import('./adopt.ts')).run,
  },
  serve: {
    usage:
      'waypost serve --home DIR [--smtp|--pop3|--pop3s|--qmtp|--qmqp|--ui ADDR:PORT ...] [--ui-name HOST] [--checkpassword PROGRAM] [--verbose]',
    says: 'Runs the mail host until SIGTERM; prints one JSON line when it is ready.',
    load: async () => (await import('./serve.ts')).run,
  },
  open: {
    usage: 'waypost open --home DIR [--print]',
    says: 'Opens the window of the running host in a browser, and prints its address, which is good once.',
    load: async () => (await import('./open.ts')).run,
  },
  ui: {
    usage: 'waypost ui --home DIR sessions [--json] | revoke ID ... | revoke --all',
    says: 'Lists the browsers that are let into the page, and ends that.',
    load: async () => (await import('./ui.ts')).run,
  },
  check: {
    usage: 'waypost check --home DIR',
    says: 'Looks for what would keep mail from arriving here, and says what to do.',
    load: async () => (await import('./check.ts')).run,
  },
  api: {
    usage: 'waypost api --home DIR METHOD [JSON]',
    says: 'Asks the running host, e.g. waypost api queue.list; prints the answer as JSON.',
    load: async () => (await import('./api.ts')).run,
  },
};
