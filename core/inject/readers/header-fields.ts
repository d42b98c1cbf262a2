// Reads the header of the message on standard input, for small programs that examine it.

import { reasonOf, UserError } from '../../lib/user-error.ts';
import { fieldValue, type RawField, splitMessage } from '../../message/header/split-message.ts';
import type { ProgramCall } from '../../paper-path/builtin-program.ts';

/** A field and its value without line ends. */
export interface HeaderField extends RawField {
  readonly value: string;
}

/** Reads the header and passes its fields to `use`, or prints an error. @returns the program's exit code */
export async function withHeader(
  call: ProgramCall,
  program: string,
  use: (fields: readonly HeaderField[]) => number,
): Promise<number> {
  let fields: readonly RawField[];
  try {
    ({ fields } = await splitMessage(call.input.pieces(), 'no mbox lines'));
  } catch (error) {
    call.err(`${program}: fatal: ${error instanceof UserError ? '' : 'unable to read input: '}${reasonOf(error)}\n`);
    return 111;
  }
  return use(fields.map(field => ({ ...field, value: fieldValue(field).replaceAll('\n', '') })));
}
