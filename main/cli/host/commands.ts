// The commands that make a home, run it, and ask the host that runs.
import type { Commands } from '../command.ts';

/** Those that everybody needs: `waypost --help` begins with them. */
export const firstCommands: Commands = {
  init: {
    usage:
      'waypost init --home DIR --me HOST [--user NAME] [--mail-home DIR] [--run-as USER --parse-as USER --alias-user USER | --make-users] | --null-client SERVER ...',
    says: 'Makes a home: control files, an empty queue, a Maildir.',
    options: {
      '--me HOST': 'the host’s name in addresses; without it the machine’s name',
      '--user NAME': 'whose mail it is; without it the one who runs this',
      '--mail-home DIR': 'where Maildir and the .qmail files are; without it the user’s home directory',
      '--run-as USER': 'root: the account that receives, queues and sends',
      '--parse-as USER': 'root: the account that takes strangers’ messages apart',
      '--alias-user USER': 'root: the account for mail to addresses of nobody',
      '--make-users': 'root: make those of these accounts that are missing',
      '--null-client SERVER': 'a home without a queue, whose mail goes to this QMQP server (an IP address)',
    },
    load: async () => (await import('./init.ts')).run,
  },
  serve: {
    usage:
      'waypost serve --home DIR [--smtp|--pop3|--pop3s|--qmtp|--qmqp|--ui ADDR:PORT ...] [--ui-name HOST] [--checkpassword PROGRAM] [--verbose]',
    says: 'Runs the mail host until SIGTERM; prints one JSON line when it is ready.',
    options: {
      '--smtp ADDR:PORT': 'take mail by SMTP there, e.g. 127.0.0.1:2525; port 0 picks a free one',
      '--pop3 ADDR:PORT': 'let POP3 clients fetch mail there',
      '--pop3s ADDR:PORT': 'the same, within TLS from the beginning',
      '--qmtp ADDR:PORT': 'take mail by QMTP',
      '--qmqp ADDR:PORT': 'take mail by QMQP, from those whom control/tcp.qmqp names',
      '--ui ADDR:PORT': 'show the window as a web page there',
      '--ui-name HOST': 'the name, or NAME:PORT, under which browsers know the page',
      '--checkpassword PROGRAM': 'ask this program for POP3 passwords, not the file passwd',
      '--verbose': 'copy the log to standard error',
    },
    load: async () => (await import('./serve.ts')).run,
  },
  service: {
    usage:
      'waypost service install [--name NAME] [--linger] [--print] [--smtp|--pop3|--pop3s|--qmtp|--qmqp|--ui ADDR:PORT ...] [--ui-name HOST] [--checkpassword PROGRAM] | remove | status | start | stop | restart',
    says: 'Has the system run the host from boot on (systemd; launchd on macOS).',
    options: {
      '--name NAME': 'the name of the service, for a second home; without it waypost',
      '--linger': 'run from boot on, not only while you are logged in',
      '--print': 'only print the file that would be written',
      '--smtp ADDR:PORT': 'where the host listens: these are the options of waypost serve',
      '--pop3 ADDR:PORT': 'as there',
      '--pop3s ADDR:PORT': 'as there',
      '--qmtp ADDR:PORT': 'as there',
      '--qmqp ADDR:PORT': 'as there',
      '--ui ADDR:PORT': 'as there; without any, it is --smtp 127.0.0.1:2525 --ui 127.0.0.1:0',
      '--ui-name HOST': 'as there',
      '--checkpassword PROGRAM': 'as there',
    },
    load: async () => (await import('./service.ts')).run,
  },
  open: {
    usage: 'waypost open --home DIR [--print]',
    says: 'Opens the window of the running host in a browser, and prints its address, which is good once.',
    options: {
      '--print': 'only print the address, and open no browser',
    },
    load: async () => (await import('./open.ts')).run,
  },
  status: {
    usage: 'waypost status --home DIR [--json]',
    says: 'Says what the running host does: its address, ports, home and version, and what waits.',
    options: { '--json': 'as JSON' },
    load: async () => (await import('./status.ts')).run,
  },
  check: {
    usage: 'waypost check --home DIR',
    says: 'Looks for what would keep mail from arriving here, and says what to do.',
    load: async () => (await import('./check.ts')).run,
  },
};

/** The others. */
export const hostCommands: Commands = {
  'qmail-start': {
    usage: 'qmail-start [ DEFAULTDELIVERY [ LOGGER [ ARG ... ] ] ]',
    says: 'Runs the mail host as the rc scripts of qmail start it.',
    runsProgram: 'beside',
    load: async () => (await import('./qmail-start.ts')).run,
  },
  adopt: {
    usage: 'waypost adopt --home DIR [--run-as USER] [--parse-as USER] [--alias-user USER] [--make-users]',
    says: 'Makes a home fit for a host that root starts: its files get their owners.',
    options: {
      '--run-as USER': 'the account that receives, queues and sends',
      '--parse-as USER': 'the account that takes strangers’ messages apart',
      '--alias-user USER': 'the account for mail to addresses of nobody',
      '--make-users': 'make those of these accounts that are missing',
    },
    load: async () => (await import('./adopt.ts')).run,
  },
  ui: {
    usage: 'waypost ui --home DIR sessions [--json] | revoke ID ... | revoke --all',
    says: 'Lists the browsers that are let into the page, and ends that.',
    options: {
      '--json': 'as JSON',
      '--all': 'revoke every session',
    },
    load: async () => (await import('./ui.ts')).run,
  },
  api: {
    usage: 'waypost api --home DIR METHOD [JSON]',
    says: 'Asks the running host, e.g. waypost api queue.list; prints the answer as JSON.',
    load: async () => (await import('./api.ts')).run,
  },
};
