// iftocc (mess822): checks whether an address is in To or Cc, for `condredirect` and similar programs in .qmail lines.

import { lowerAscii } from '../../message/address.ts';
import { readNormalList } from '../../message/header/normal-list.ts';
import type { BuiltinProgram } from '../../paper-path/builtin-program.ts';
import { withHeader } from './header-fields.ts';

/** @returns 0 found, 100 not found, 111 the message could not be read */
export const iftocc: BuiltinProgram = call => {
  const wanted = new Set((call.args.length > 0 ? call.args : [call.env.RECIPIENT ?? '']).map(lowerAscii));
  return withHeader(call, 'iftocc', fields => {
    const lists = fields.filter(({ name }) => name === 'to' || name === 'cc').map(({ value }) => readNormalList(value));
    const found = lists.flat().some(({ kind, text }) => kind === 'address' && wanted.has(lowerAscii(text)));
    return found ? 0 : 100;
  });
};
