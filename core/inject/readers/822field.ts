// 822field (mess822): prints the values of one field of a message.

import { lowerAscii } from '../../message/address.ts';
import type { BuiltinProgram } from '../../paper-path/builtin-program.ts';
import { withHeader } from './header-fields.ts';

/** @returns 0 printed, 100 there is no such field, 111 the message could not be read */
export const field822: BuiltinProgram = call => {
  const wanted = lowerAscii(call.args[0] ?? 'subject');
  return withHeader(call, '822field', fields => {
    const found = fields.filter(({ name }) => name === wanted);
    call.out(found.map(({ value }) => `${value}\n`).join(''));
    return found.length > 0 ? 0 : 100;
  });
};
