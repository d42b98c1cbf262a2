// Preloaded into a real host (`node --import`): counts the calls that change files below some directories, and at the call
// that the test names kills the process or lets the call fail as the disk would. The product knows nothing of it.
// Besides, it can set the host's clock, and shorten its timers. A test talks to it over the process's IPC channel.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import koffi from 'koffi';

/** What to do at some of the calls. Calls are counted from 1 since the fault was armed. */
export interface Fault {
  /** `kill` is SIGKILL before the call is made; `tear` writes half of what is to be written and then fails with ENOSPC. */
  readonly what: 'kill' | 'tear' | 'EIO' | 'ENOSPC' | 'EACCES' | 'none';
  readonly first: number;
  readonly last: number;
  /** Only these calls count; default: all. */
  readonly calls?: readonly string[];
  /** Only files below these directories count; default: those that the host was started with. */
  readonly below?: readonly string[];
}

/** From the test to the injector. */
export type Order = { readonly arm: Fault } | { readonly clockAheadMs: number } | { readonly hurry: number };
/** The answer to an order: the calls that were counted since the fault before was armed. */
export interface Report {
  readonly calls: readonly string[];
}

/** The settings of an injector, as JSON in this variable. */
export const settingsVariable = 'WAYPOST_TEST_FAULTS';
export interface Settings {
  readonly below: readonly string[];
  /** Timers of a second and more are this many times shorter. */
  readonly hurry?: number;
  /** The clock is so much ahead from the start. */
  readonly clockAheadMs?: number;
  /** Armed from the start. */
  readonly fault?: Fault;
  /** Where the call at which the process was killed is written to. */
  readonly killedAt: string;
  /** The operating system that the host is to believe it runs on. */
  readonly platform?: NodeJS.Platform;
}

const none: Fault = { what: 'none', first: 0, last: 0 };
const { readlinkSync, writeFileSync, existsSync, writeSync } = fs;

function inject(settings: Settings): void {
  let fault = settings.fault ?? none;
  let counted: string[] = [];

  /** Counts a call. @returns the error that it is to fail with */
  function meet(call: string, path: string): 'tear' | NodeJS.ErrnoException | undefined {
    if (fault.calls && !fault.calls.includes(call)) return undefined;
    if (!(fault.below ?? settings.below).some(directory => path.startsWith(directory))) return undefined;
    const number = counted.push(`${call} ${path}`);
    if (number < fault.first || number > fault.last || fault.what === 'none') return undefined;
    if (fault.what === 'kill') {
      writeFileSync(settings.killedAt, `${call} ${path}`);
      process.kill(process.pid, 'SIGKILL');
    }
    if (fault.what === 'tear' && call === 'write') return 'tear';
    return failure(fault.what === 'tear' || fault.what === 'kill' ? 'ENOSPC' : fault.what, call, path);
  }

  wrapCalls(meet);
  wrapSyncfs(meet);
  process.on('message', (order: Order) => {
    process.send?.({ calls: counted } satisfies Report);
    if ('clockAheadMs' in order) setClock(order.clockAheadMs);
    else if ('hurry' in order) hurryTimers(order.hurry);
    else fault = order.arm;
    counted = [];
  });
  process.channel?.unref();
}

type Meet = (call: string, path: string) => 'tear' | NodeJS.ErrnoException | undefined;
// biome-ignore lint/suspicious/noExplicitAny: functions of every shape are wrapped here
type AnyFunction = (...args: any[]) => any;

/** Where a call of node:fs finds what it changes, and how the injector calls it. */
const byPath = {
  renameSync: 'rename',
  linkSync: 'link',
  utimesSync: 'utimes',
  chmodSync: 'chmod',
  truncateSync: 'truncate',
};
const byPathIfThere = { unlinkSync: 'unlink', rmSync: 'unlink' };
const byFd = {
  ftruncateSync: 'truncate',
  fchownSync: 'chown',
  fchmodSync: 'chmod',
  fsyncSync: 'fsync',
  fdatasyncSync: 'fsync',
};
const byFdLater = { fsync: 'fsync', fdatasync: 'fsync', write: 'write' };

function wrapCalls(meet: Meet): void {
  const calls = fs as unknown as Record<string, AnyFunction>;
  function wrap(name: string, around: (original: AnyFunction) => AnyFunction): void {
    const original = calls[name] as AnyFunction;
    calls[name] = Object.assign(around(original), original);
  }
  function wrapNow(name: string, call: string, pathOf: (...args: never[]) => string | undefined): void {
    wrap(name, original => (...args) => {
      const path = pathOf(...(args as never[]));
      const met = path === undefined ? undefined : meet(call, path);
      if (typeof met === 'object') throw met;
      return original(...args);
    });
  }
  for (const [name, call] of Object.entries(byPath)) wrapNow(name, call, String);
  for (const [name, call] of Object.entries(byPathIfThere))
    wrapNow(name, call, path => (existsSync(path) ? String(path) : undefined));
  for (const [name, call] of Object.entries(byFd)) wrapNow(name, call, pathOfFd);
  wrapNow('mkdirSync', 'mkdir', path => (existsSync(path) ? undefined : String(path)));
  wrapNow('openSync', 'create', (path: fs.PathLike, flags?: string | number) =>
    makes(flags) ? String(path) : undefined,
  );
  wrap('writeSync', original => (fd: number, data: Uint8Array | string, ...rest: unknown[]) => {
    const met = meet('write', pathOfFd(fd));
    if (met === 'tear') {
      const [at = 0, length = data.length - Number(at), position] = rest as [number?, number?, (number | null)?];
      if (typeof data !== 'string' && length > 1) original(fd, data, at, length >> 1, position);
      throw failure('ENOSPC', 'write', pathOfFd(fd));
    }
    if (met) throw met;
    return original(fd, data, ...rest);
  });
  for (const [name, call] of Object.entries(byFdLater)) {
    wrap(name, original => (fd: number, ...rest: unknown[]) => {
      const met = meet(call, pathOfFd(fd));
      if (!met) return original(fd, ...rest);
      const error = met === 'tear' ? failure('ENOSPC', call, pathOfFd(fd)) : met;
      if (met === 'tear') writeSync(fd, (rest[0] as Uint8Array).subarray(0, (rest[2] as number) >> 1));
      setImmediate(rest.at(-1) as (error: Error) => void, error);
    });
  }
  syncBuiltinESMExports();
}

/** syncfs is called through koffi: the file system counts as the directory that names it. */
function wrapSyncfs(meet: Meet): void {
  const load = koffi.load;
  koffi.load = (...args) => {
    const library = load(...args);
    const func = (...words: unknown[]) => {
      const made = (library.func as AnyFunction)(...words);
      if (!String(words[0]).includes('syncfs')) return made;
      const async = (fd: number, done: (error: unknown, result: number) => void) => {
        if (meet('syncfs', `${pathOfFd(fd)}/`)) setImmediate(done, undefined, -1);
        else made.async(fd, done);
      };
      return Object.assign((...values: unknown[]) => made(...values), { async });
    };
    return Object.create(library, { func: { value: func } });
  };
}

function makes(flags: string | number = 'r'): boolean {
  if (typeof flags === 'string') return /[wa]/.test(flags);
  return (flags & (fs.constants.O_CREAT | fs.constants.O_TRUNC)) !== 0;
}

function pathOfFd(fd: number): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}

const texts = { EIO: 'i/o error', ENOSPC: 'no space left on device', EACCES: 'permission denied', none: '' };

/** As Node words it. A call by descriptor does not name its file, and neither does the error. */
function failure(code: keyof typeof texts, call: string, path: string): NodeJS.ErrnoException {
  const where = ['write', 'fsync', 'truncate'].includes(call) ? '' : ` '${path}'`;
  return Object.assign(new Error(`${code}: ${texts[code]}, ${call}${where}`), { code, syscall: call });
}

function setClock(aheadMs: number): void {
  const { now } = machine;
  Date.now = () => now() + aheadMs;
}

function hurryTimers(times: number): void {
  const { setTimeout: set } = machine;
  const hurried = (run: AnyFunction, delayMs = 0, ...args: unknown[]) =>
    set(run, delayMs >= 1000 ? delayMs / times : delayMs, ...args);
  globalThis.setTimeout = Object.assign(hurried, set) as typeof setTimeout;
}

const machine = { now: Date.now.bind(Date), setTimeout: globalThis.setTimeout };
const given = process.env[settingsVariable];
if (given) {
  delete process.env[settingsVariable];
  const settings = JSON.parse(given) as Settings;
  if (settings.platform) Object.defineProperty(process, 'platform', { value: settings.platform });
  if (settings.clockAheadMs) setClock(settings.clockAheadMs);
  if (settings.hurry) hurryTimers(settings.hurry);
  inject(settings);
}
