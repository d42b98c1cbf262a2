// The commands that start our own processes (core/lib/process/start-process.ts): this runtime with the entry file of the role;
// for the process that parses strangers' bytes also the limits that the system and the runtime can set.
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { ProcessCommand, Role } from '../../lib/process/start-process.ts';

/** What a parser may allocate beyond the runtime's own memory: room for a message of 64 MB in several forms. */
const parserKb = 640 * 1024;
const parserHeapMb = 384;
// For all its work together, so that a parser that outlives the process that should end it does not run forever.
const parserCpuSec = 3600;

/**
 * What to run for a role: `owner.ts` or `parser.ts` here; once bundled, `owner.js` or `parser.js` beside this program.
 * Call it in the process that starts it, or in another one of the same runtime.
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

/** Built, not inherited: it makes Electron's program run as Node, and keeps the owner's time zone. */
function environment(): Record<string, string> {
  const { TZ } = process.env;
  return { ELECTRON_RUN_AS_NODE: '1', ...(TZ === undefined ? {} : { TZ }) };
}

/**
 * Node's permission model, where there is one: the process can write no file, read only its own code, and start no program,
 * thread or native code. Electron reads its code from an archive, which the model does not support.
 */
function walls(bundled: boolean): string[] {
  const flag = ['--permission', '--experimental-permission'].find(name =>
    process.allowedNodeEnvironmentFlags.has(name),
  );
  if (!flag || process.versions.electron) return [];
  // Bundled, it is one file; the runtime reads the manifest above it.
  const code = bundled
    ? [join(import.meta.dirname, '*'), join(import.meta.dirname, '..', '..', 'package.json')]
    : [join(import.meta.dirname, '..', '..', '..', '*')];
  // Where the system cannot limit its memory, a thread watches it.
  const watched = process.platform === 'linux' ? [] : ['--allow-worker'];
  return [flag, ...watched, ...code.map(path => `--allow-fs-read=${path}`)];
}

/**
 * Roughly the data that this runtime allocates before it does anything: half a gigabyte is reserved for code that is never
 * generated. This process's own figure is never less. Undefined where the system has no such limit.
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
