// All commands by name. Each area has its table; the file of a command is loaded only when it is run, so that sendmail
// starts fast.
import type { Commands } from './command.ts';
import { controlCommands } from './control/commands.ts';
import { fetchCommands } from './fetch/commands.ts';
import { forwardingCommands } from './forwarding/commands.ts';
import { firstCommands, hostCommands } from './host/commands.ts';
import { injectCommands } from './inject/commands.ts';
import { linkCommands } from './link/commands.ts';
import { localCommands } from './local/commands.ts';
import { logCommands } from './log/commands.ts';
import { pop3Commands } from './pop3/commands.ts';
import { queueCommands } from './queue/commands.ts';
import { receiveCommands } from './receive/commands.ts';
import { remoteCommands } from './remote/commands.ts';
import { userCommands } from './users/commands.ts';

/** The tables, with the heading of each in `waypost --help`. */
export const areas: readonly (readonly [title: string, commands: Commands])[] = [
  ['Getting started', firstCommands],
  ['The host', hostCommands],
  ['Configuration', controlCommands],
  ['Users', userCommands],
  ['The queue', queueCommands],
  ['Sending', injectCommands],
  ['Local delivery', localCommands],
  ['Aliases and lists', forwardingCommands],
  ['Logs', logCommands],
  ['Mail from the network', receiveCommands],
  ['Mail to other hosts', remoteCommands],
  ['Mail over links', linkCommands],
  ['Mail from a provider', fetchCommands],
  ['POP3', pop3Commands],
];

export const commands: Commands = Object.assign({}, ...areas.map(([, table]) => table));
