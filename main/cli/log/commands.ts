// The commands that keep and show logs.
import type { Commands } from '../command.ts';

export const logCommands: Commands = {
  trace: {
    usage: 'waypost trace [--limit COUNT] [--json] ID|ADDRESS|MESSAGE-ID',
    says: 'Shows what happened to messages, from the log.',
    options: {
      '--limit COUNT': 'show at most this many messages',
      '--json': 'print JSON',
    },
    load: async () => (await import('./trace.ts')).run,
  },
  multilog: {
    usage: 'multilog action ...',
    says: 'Writes the lines of standard input to rotated log directories.',
    load: async () => (await import('./multilog.ts')).run,
  },
  tai64n: {
    usage: 'tai64n',
    says: 'Adds a timestamp to every line of standard input.',
    load: async () => (await import('./tai64n.ts')).run,
  },
  tai64nlocal: {
    usage: 'tai64nlocal',
    says: 'Converts timestamps at the start of lines to local time.',
    load: async () => (await import('./tai64nlocal.ts')).run,
  },
  splogger: {
    usage: 'splogger [ tag [ facility ] ]',
    says: 'Sends the lines of standard input to syslog.',
    load: async () => (await import('./splogger.ts')).run,
  },
};
