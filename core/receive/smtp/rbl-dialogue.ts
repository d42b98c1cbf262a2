// The dialogue of rblsmtpd with a refused client: the client may go through all of it, so that its own log tells its sender
// why, but nothing is ever accepted.
import type { Readable, Writable } from 'node:stream';
import { parseCommand } from './commands.ts';
import type { Reply } from './replies.ts';

/** The name in its replies. */
export const rblName = 'rblsmtpd.local';

/** The table of commands: the refusal is the reply to all that matter. */
export function refusingCommands(refusal: Reply): (verb: string) => Reply {
  const welcome: Reply = { code: 250, text: rblName };
  return verb => {
    if (verb === 'quit') return { code: 221, text: rblName };
    return ['helo', 'ehlo', 'mail', 'rset', 'noop'].includes(verb) ? welcome : refusal;
  };
}

const longestLine = 16 * 1024;

/** The whole dialogue, until the client leaves or `talkSec` have passed; with 0 it is one line. */
export async function refuseClient(input: Readable, output: Writable, refusal: Reply, talkSec: number): Promise<void> {
  const say = ({ code, text }: Reply): void => void output.write(Buffer.from(`${code} ${text}\r\n`, 'latin1'));
  if (talkSec === 0) {
    say(refusal);
    return;
  }
  output.on('error', () => input.destroy());
  const timer = setTimeout(() => input.destroy(), talkSec * 1000);
  const answerTo = refusingCommands(refusal);
  say({ code: 220, text: rblName });
  try {
    for await (const line of linesOf(input)) {
      const { verb } = parseCommand(line);
      say(answerTo(verb));
      if (verb === 'quit') break;
    }
  } catch {
    // The time has passed, or the client is gone.
  } finally {
    clearTimeout(timer);
    input.destroy();
  }
}

/** Lines without their ends; one that is too long is the last. */
async function* linesOf(input: Readable): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  for await (const piece of input) {
    rest = Buffer.concat([rest, piece as Buffer]);
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      yield rest.subarray(0, rest[end - 1] === 0x0d ? end - 1 : end);
      rest = rest.subarray(end + 1);
    }
    if (rest.length > longestLine) return;
  }
}
