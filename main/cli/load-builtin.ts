// Loads programs that may also run inside the host, for the tables of commands.

import { builtinPrograms } from '../../core/host/builtin-programs.ts';
import type { BuiltinProgram } from '../../core/paper-path/builtin-program.ts';
import type { Run } from './command.ts';

/** A program that .qmail lines call, as a separate command. */
export function own(name: keyof typeof builtinPrograms): () => Promise<Run> {
  return ownCommand(builtinPrograms[name]);
}

/** Another program that is written in the same way. */
export function ownCommand(load: () => Promise<BuiltinProgram>): () => Promise<Run> {
  return async () => {
    const [{ asCommand }, program] = await Promise.all([import('./builtin-program.ts'), load()]);
    return asCommand(program);
  };
}
