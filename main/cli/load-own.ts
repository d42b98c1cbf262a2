// How the tables of commands name the programs that also run inside the host.
import { ownPrograms } from '../../core/own-programs.ts';
import type { Run } from './command.ts';

/** Such a program as a command of its own. */
export function own(name: keyof typeof ownPrograms): () => Promise<Run> {
  return async () => {
    const [{ asCommand }, program] = await Promise.all([import('./own-program.ts'), ownPrograms[name]()]);
    return asCommand(program);
  };
}
