// The commands that start our own processes (core/lib/process/start-process.ts): this runtime with the entry of the role, and for
// the one that takes strangers' bytes apart the limits that the system and the runtime can set.
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { ProcessCommand, Role } from '../../lib/process/start-process.ts';

/** What a parser may allocate beyond what the runtime itself takes: room for a message of 64 MB in several forms. */
const parserKb = 640 * 1024;
const parserHeapMb = 384;
// All its work together, so that one that nobody is left to end (its reader was killed) does not run for ever.
const parserCpuSec = 3600;

/**
 * What to run for a role: `owner.ts` or `parser.ts` here; once bundled, `owner.js` or `parser.js` beside this program.
 * To be called in the process that starts it, or in another one of the same runtime.
 */
export function processCommand(role: Role): ProcessCommand {
  const bundled = extname(import.meta.filename) === '.js';
  const entry = join(import.meta.dirname, `${role}${bundled ? '.js' : '.ts'}`);
  const env = environment();
  if (role === 'owner') return { file: process.execPath, args: [entry], env };
  const flags = [`--max-old-space-size=${parserHeapMb}`, '--disallow-code-generation-from-strings', ...walls(bundled)];
  const kb = runtimeKb();
  if (kb === undefined) return { file: process.execPath, args: [...flags, entry], env };
  const limited = `ulimit -c 0; ulimit -t ${parserCpuSec}; ulimit -d ${kb + parserKb}; exec "$0" "$@"`;
  return { file: '/bin/sh', args: ['-c', limited, process.execPath, ...flags, entry], env };
}

/** Built, not inherited: Electron's program is Node with it, and times are the owner's. */
function environment(): Record<string, string> {
  const { TZ } = process.env;
  return { ELECTRON_RUN_AS_NODE: '1', ...(TZ === undefined ? {} : { TZ }) };
}

/**
 * Node's permission model, where there is one: no file is written, none but its own code read, no program, thread or
 * native code started. Electron reads its code from an archive, which that does not know.
 */
function walls(bundled: boolean): string[] {
  const flag = ['--permission', '--experimental-permission'].find(name =>
    process.allowedNodeEnvironmentFlags.has(name),
  );
  if (!flag || process.versions.electron) return [];
  // Bundled, it is one file; the runtime asks the manifest above it how to read that.
  const code = bundled
    ? [join(import.meta.dirname, '*'), join(import.meta.dirname, '..', '..', 'package.json')]
    : [join(import.meta.dirname, '..', '..', '..', '*')];
  // Where no limit of the system counts its memory, a thread does.
  const watched = process.platform === 'linux' ? [] : ['--allow-worker'];
  return [flag, ...watched, ...code.map(path => `--allow-fs-read=${path}`)];
}

/**
 * What this runtime has for its data before it has done anything, roughly: half a gigabyte is put aside for code that is
 * never made. This process's own is never less. Undefined where the system has no such limit.
 */
function runtimeKb(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const kb = /^VmData:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    return kb === undefined ? undefined : Number(kb);
  } catch {
    return undefined;
  }
}
