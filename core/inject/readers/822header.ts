// 822header (mess822): prints the header of a message, without the empty line at its end.
import type { BuiltinProgram } from '../../paper-path/builtin-program.ts';
import { withHeader } from './header-fields.ts';

/** @returns 0 printed, 111 the message could not be read */
export const header822: BuiltinProgram = call =>
  withHeader(call, '822header', fields => {
    call.out(fields.map(({ raw }) => raw.toString('latin1')).join(''));
    return 0;
  });
