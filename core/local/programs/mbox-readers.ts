// elq, pinq, qail: bring the mail of a Maildir into the mbox, then start a mail reader that knows mboxes only.
import type { OwnProgram } from '../../paper-path/own-program.ts';
import { maildir2mbox } from './maildir2mbox.ts';
import { fatal } from './program-exit.ts';

/** @returns what maildir2mbox failed with, or what the reader ended with; 127 when there is no such reader */
function mboxReader(name: string, reader: string): OwnProgram {
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
