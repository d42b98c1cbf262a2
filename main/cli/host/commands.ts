// The commands that create a home, run its host, and control the running host.
import type { Commands } from '../command.ts';

/** The most important ones, which `waypost --help` lists first. */
export const firstCommands: Commands = {
  init: {
    usage:
      'waypost init --home DIR --me HOST [--user NAME] [--mail-home DIR] [--run-as USER --parse-as USER --alias-user USER | --make-users] | --null-client SERVER ...',
    says: 'Creates a home: control files, an empty queue, a Maildir.',
    options: {
      '--me HOST': 'the host’s name in addresses; default: the name of the machine',
      '--user NAME': 'the user who owns the mail; default: the user who runs this',
      '--mail-home DIR': 'the directory of the Maildir and the .qmail files; default: the user’s home directory',
      '--run-as USER': 'root: the account that receives, queues and sends',
      '--parse-as USER': 'root: the account that parses messages',
      '--alias-user USER': 'root: the account for addresses that belong to no user',
      '--make-users': 'root: create these accounts if they do not exist',
      '--null-client SERVER': 'create a home without a queue that sends mail to this QMQP server (an IP address)',
    },
    load: async () => (await import('./init.ts')).run,
  },
  serve: {
    usage:
      'waypost serve --home DIR [--smtp|--pop3|--pop3s|--qmtp|--qmqp|--turn|--ui ADDR:PORT ...] [--ui-name HOST] [--checkpassword PROGRAM] [--verbose]',
    says: 'Runs the mail host until SIGTERM; prints one line of JSON when it is ready.',
    options: {
      '--smtp ADDR:PORT': 'accept mail by SMTP on this address, e.g. 127.0.0.1:2525; port 0 selects a free port',
      '--pop3 ADDR:PORT': 'serve POP3 clients on this address',
      '--pop3s ADDR:PORT': 'the same with TLS from the start',
      '--qmtp ADDR:PORT': 'accept mail by QMTP',
      '--qmqp ADDR:PORT': 'accept mail by QMQP from the clients that control/tcp.qmqp allows',
      '--turn ADDR:PORT':
        'send the mail of a link to the client that connects here, if a turn-for line names it; usual port: 1789',
      '--ui ADDR:PORT': 'serve the window as a web page on this address',
      '--ui-name HOST': 'the name, or NAME:PORT, by which browsers reach the page',
      '--checkpassword PROGRAM': 'check POP3 passwords with this program instead of the file passwd',
      '--verbose': 'copy the log to standard error',
    },
    load: async () => (await import('./serve.ts')).run,
  },
  service: {
    usage:
      'waypost service install [--name NAME] [--linger] [--print] [--smtp|--pop3|--pop3s|--qmtp|--qmqp|--turn|--ui ADDR:PORT ...] [--ui-name HOST] [--checkpassword PROGRAM] | remove | status | start | stop | restart',
    says: 'Runs the host as a system service (systemd; launchd on macOS).',
    options: {
      '--name NAME': 'the name of the service, for a second home; default: waypost',
      '--linger': 'run from boot on, even while you are not logged in',
      '--print': 'only print the file that would be written',
      '--smtp ADDR:PORT': 'where the host listens: see waypost serve',
      '--pop3 ADDR:PORT': 'see waypost serve',
      '--pop3s ADDR:PORT': 'see waypost serve',
      '--qmtp ADDR:PORT': 'see waypost serve',
      '--qmqp ADDR:PORT': 'see waypost serve',
      '--turn ADDR:PORT': 'see waypost serve',
      '--ui ADDR:PORT': 'see waypost serve; default: --smtp 127.0.0.1:2525 --ui 127.0.0.1:0',
      '--ui-name HOST': 'see waypost serve',
      '--checkpassword PROGRAM': 'see waypost serve',
    },
    load: async () => (await import('./service.ts')).run,
  },
  open: {
    usage: 'waypost open --home DIR [--print]',
    says: 'Opens the window of the running host in a browser, and prints an address that works once.',
    options: {
      '--print': 'only print the address',
    },
    load: async () => (await import('./open.ts')).run,
  },
  status: {
    usage: 'waypost status --home DIR [--json]',
    says: 'Shows the status of the running host: addresses, home, version, queue and problems.',
    options: { '--json': 'print JSON' },
    load: async () => (await import('./status.ts')).run,
  },
  check: {
    usage: 'waypost check --home DIR [--all] [--network]',
    says: 'Finds problems that keep mail from arriving or leaving, and says how to fix them.',
    options: {
      '--all': 'print everything that was looked at, with the result',
      '--network': 'ask name servers, relays and a mail server elsewhere too',
    },
    load: async () => (await import('./check.ts')).run,
  },
};

/** The others. */
export const hostCommands: Commands = {
  'qmail-start': {
    usage: 'qmail-start [ DEFAULTDELIVERY [ LOGGER [ ARG ... ] ] ]',
    says: 'Runs the mail host from a qmail rc script.',
    runsProgram: 'beside',
    load: async () => (await import('./qmail-start.ts')).run,
  },
  adopt: {
    usage: 'waypost adopt --home DIR [--run-as USER] [--parse-as USER] [--alias-user USER] [--make-users]',
    says: 'Prepares a home for a host that root starts: accounts and file owners.',
    options: {
      '--run-as USER': 'the account that receives, queues and sends',
      '--parse-as USER': 'the account that parses messages',
      '--alias-user USER': 'the account for addresses that belong to no user',
      '--make-users': 'create these accounts if they do not exist',
    },
    load: async () => (await import('./adopt.ts')).run,
  },
  ui: {
    usage: 'waypost ui --home DIR sessions [--json] | revoke ID ... | revoke --all',
    says: 'Lists and revokes the browser sessions of the page.',
    options: {
      '--json': 'print JSON',
      '--all': 'revoke every session',
    },
    load: async () => (await import('./ui.ts')).run,
  },
  api: {
    usage: 'waypost api --home DIR METHOD [JSON]',
    says: 'Sends a request to the running host, e.g. waypost api queue.list, and prints the reply as JSON.',
    load: async () => (await import('./api.ts')).run,
  },
};
