// elq, pinq, qail: move the mail of a Maildir to the mbox, then start a mail reader that supports only mboxes.
import type { BuiltinProgram } from '../../paper-path/builtin-program.ts';
import { maildir2mbox } from './maildir2mbox.ts';
import { fatal } from './program-exit.ts';

/** @returns the exit code of maildir2mbox if it failed, else that of the reader; 127 if the reader does not exist */
function mboxReader(name: string, reader: string): BuiltinProgram {
  return async call => {
    const moved = await maildir2mbox(call);
    if (moved !== 0) return moved;
    const end = await call.run({ argv: [reader, ...call.args] });
    if (end === 'crashed') return fatal(call, name, 111, `${reader} crashed`);
    return typeof end === 'number' ? end : fatal(call, name, 127, `unable to run ${reader}: ${end.why}`);
  };
}

export const elq = mboxReader('elq', 'elm');
export const pinq = mboxReader('pinq', 'pine');
export const qail = mboxReader('qail', 'Mail');
