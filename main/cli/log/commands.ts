// The commands that keep and show logs.
import type { Commands } from '../command.ts';

export const logCommands: Commands = {
  trace: {
    usage: 'waypost trace [--limit COUNT] [--json] ID|ADDRESS|MESSAGE-ID',
    says: 'Tells from the log what happened to messages.',
    options: {
      '--limit COUNT': 'tell of so many messages at most',
      '--json': 'as JSON',
    },
    load: async () => (await import('./trace.ts')).run,
  },
  multilog: {
    usage: 'multilog action ...',
    says: 'Writes the lines of standard input to log directories, which it rotates.',
    load: async () => (await import('./multilog.ts')).run,
  },
  tai64n: {
    usage: 'tai64n',
    says: 'Puts the time before every line of standard input.',
    load: async () => (await import('./tai64n.ts')).run,
  },
  tai64nlocal: {
    usage: 'tai64nlocal',
    says: 'Shows the times at the beginning of lines as local time.',
    load: async () => (await import('./tai64nlocal.ts')).run,
  },
  splogger: {
    usage: 'splogger [ tag [ facility ] ]',
    says: 'Sends the lines of standard input to syslog.',
    load: async () => (await import('./splogger.ts')).run,
  },
};
