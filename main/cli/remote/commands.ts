// The commands for deliveries to other hosts.
import type { Commands } from '../command.ts';

export const remoteCommands: Commands = {
  login: {
    usage: 'waypost login [--token] [--provider NAME --client-id ID [--client-secret] [--device]] NAME < secret',
    says: 'Writes the password for a login at a relay, or the OAuth tokens of a provider, to secrets/NAME.',
    options: {
      '--token': 'the line is an OAuth access token, and not a password',
      '--provider': 'asks this provider for tokens, by a browser: google, microsoft, yahoo or fastmail',
      '--client-id': 'the client ID of your registration with the provider',
      '--client-secret': 'the client has a secret too: the first line of standard input',
      '--device': 'with a code for a browser on any machine',
    },
    load: async () => (await import('./login.ts')).run,
  },
  'qmail-remote': {
    usage: 'qmail-remote host sender recip [ recip ... ] < message',
    says: 'Sends the message on standard input to a host and prints the result for each recipient.',
    load: async () => (await import('./qmail-remote.ts')).run,
  },
  'qmail-qmqpc': {
    usage: 'qmail-qmqpc < message 1< envelope',
    says: 'Sends the message on fd 0 with the envelope on fd 1 to a QMQP server.',
    load: async () => (await import('./qmail-qmqpc.ts')).run,
  },
  'qmail-tcpto': {
    usage: 'qmail-tcpto',
    says: 'Lists hosts that timed out recently.',
    load: async () => (await import('./qmail-tcpto.ts')).run,
  },
  'qmail-tcpok': {
    usage: 'qmail-tcpok',
    says: 'Forgets which hosts timed out recently.',
    load: async () => (await import('./qmail-tcpok.ts')).run,
  },
};
