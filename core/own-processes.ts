// The commands that start our own processes (core/lib/start-process.ts): this runtime with the entry of the role.
import { extname, join } from 'node:path';
import type { ProcessCommand, Role } from './lib/start-process.ts';

/** @returns what to run for a role: `reader.ts` or `parser.ts` here; once bundled, `reader.js` or `parser.js` beside this program */
export function ownProcess(role: Role): ProcessCommand {
  const entry = join(import.meta.dirname, `${role}${extname(import.meta.filename)}`);
  return { file: process.execPath, args: [entry], env: environment() };
}

/** Built, not inherited: Electron's program is Node with it, and times are the owner's. */
function environment(): Record<string, string> {
  const { TZ } = process.env;
  return { ELECTRON_RUN_AS_NODE: '1', ...(TZ === undefined ? {} : { TZ }) };
}
