// What rblsmtpd says to a client that is not wanted: it may go through the whole dialogue, so that its own log tells its
// sender why, but nothing is ever taken.
import type { Reply } from './smtp-commands.ts';

/** How the dialogue names itself. */
export const rblName = 'rblsmtpd.local';

/** The table of commands: the refusal is the answer to everything that would matter. */
export function refusingCommands(refusal: Reply): (verb: string) => Reply {
  const welcome: Reply = { code: 250, text: rblName };
  return verb => {
    if (verb === 'quit') return { code: 221, text: rblName };
    return ['helo', 'ehlo', 'mail', 'rset', 'noop'].includes(verb) ? welcome : refusal;
  };
}
