// A real host in a process of its own: `waypost init` and `waypost serve`, as a user would start them. Root's tests run them
// as another user too: all work on a home is done by the user who owns it.
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { chownSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { rendererDir } from '../../main/build/renderer-dir.ts';
import { command as theCommand } from './command.ts';
import { tempDir } from './temp-dir.ts';

/** What a host prints when it is ready. */
export interface Ready {
  readonly ready: true;
  readonly pid: number;
  readonly smtp?: { readonly address: string; readonly port: number };
  readonly pop3s?: { readonly address: string; readonly port: number };
  readonly pop3?: { readonly address: string; readonly port: number };
  readonly qmtp?: { readonly address: string; readonly port: number };
  readonly qmqp?: { readonly address: string; readonly port: number };
  readonly turn?: { readonly address: string; readonly port: number };
  readonly ui?: { readonly url: string };
}

export interface RunningHost {
  readonly ready: Ready;
  /** Everything the host has written to standard error so far: with --verbose, its log. */
  log(): string;
  readonly child: ChildProcess;
  /** Resolves with the exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
  /** Ends the process with a signal (default TERM) and resolves with its exit code, or the signal's name. */
  stop(signal?: NodeJS.Signals): Promise<number | string>;
}

interface HostOptions extends User {
  /** Default: that of command.ts. */
  readonly command?: string;
  readonly quiet?: boolean;
  readonly nodeArgs?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** The machine on which it runs: what its commands start with (namespaces.ts). Default: this one. */
  readonly enter?: readonly string[];
}

export interface TestHome {
  readonly home: string;
  readonly user: string;
  readonly mailHome: string;
  readonly maildir: string;
}

interface User {
  /** Default: the owner of the home. */
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
}

/** The user of homes that root's tests create: the account nobody, as some programs ask for a name. */
export const person: User = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** Who owns the home (or what will hold it): nothing is said for root's, and where no other user can be had. */
function ownerOf(home: string | undefined): User {
  if (process.getuid?.() !== 0 || home === undefined) return {};
  const { uid, gid } = statSync(home, { throwIfNoEntry: false }) ?? statSync(dirname(home));
  return uid === 0 ? {} : { uid, gid };
}

/** What a test wrote as root in a directory that it gave to a person, homes and all, becomes that person's. */
export function giveToOwner(directory: string): void {
  const { uid, gid } = ownerOf(directory);
  if (uid === undefined) return;
  try {
    execFileSync('chown', ['-Rh', `${uid}:${gid}`, directory], { stdio: 'ignore' });
  } catch {
    // Another host that runs there has removed a file meanwhile.
  }
}

/** Runs one `waypost` command to its end. */
export async function waypost(
  args: readonly string[],
  options: { input?: string | Uint8Array; env?: NodeJS.ProcessEnv } = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { input, env } = options;
  const at = args.indexOf('--home');
  const as = at < 0 ? {} : ownerOf(args[at + 1]);
  const running = promisify(execFile)(process.execPath, [theCommand, ...args], {
    env: { ...process.env, ...env },
    ...as,
  });
  running.child.stdin?.end(input ?? '');
  try {
    return { code: 0, ...(await running) };
  } catch (error) {
    const failed = error as { code: number; stdout: string; stderr: string };
    return { code: failed.code, stdout: failed.stdout, stderr: failed.stderr };
  }
}

/** A directory of one test in which a person makes a home. */
export function personsDir(t: TestContext): string {
  const directory = tempDir(t);
  if (person.uid !== undefined && person.gid !== undefined) chownSync(directory, person.uid, person.gid);
  return directory;
}

/** Makes a home for one user below `directory`; `control` adds or replaces control files. */
export async function initHome(
  directory: string,
  me: string,
  user: string,
  control: Readonly<Record<string, string>> = {},
): Promise<TestHome> {
  const home = join(directory, me);
  const mailHome = join(directory, `${me}-${user}`);
  if (person.uid !== undefined && person.gid !== undefined) chownSync(directory, person.uid, person.gid);
  const made = await waypost(['init', '--home', home, '--me', me, '--user', user, '--mail-home', mailHome]);
  if (made.code !== 0) throw new Error(`init failed: ${made.stderr}`);
  for (const [name, text] of Object.entries(control)) writeFileSync(join(home, 'control', name), text);
  mkdirSync(mailHome, { recursive: true });
  giveToOwner(directory);
  return { home, user, mailHome, maildir: join(mailHome, 'Maildir') };
}

/**
 * Starts `waypost serve` and waits until it is ready; with the test at the latest it is killed.
 * @param options `quiet`: the host does not copy its log to standard error; `nodeArgs`: options of Node itself
 */
export async function serve(
  t: Pick<TestContext, 'after'>,
  home: string,
  args: readonly string[],
  options: HostOptions = {},
): Promise<RunningHost> {
  const { command = theCommand, quiet, nodeArgs = [], env, enter } = options;
  const as = options.uid === undefined ? ownerOf(home) : { uid: options.uid, gid: options.gid };
  if (options.uid === undefined) giveToOwner(dirname(home));
  // The person whose host it is may write nothing into the source tree.
  if (args.includes('--ui')) await rendererDir();
  const verbose = quiet ? [] : ['--verbose'];
  const serving = [process.execPath, ...nodeArgs, command, 'serve', '--home', home, ...verbose, ...args];
  // Only root enters another machine; nsenter then becomes the person.
  const become = enter && as.uid !== undefined ? ['-S', String(as.uid), '-G', String(as.gid)] : [];
  const [program = '', ...rest] = enter ? [...enter, ...become, ...serving] : serving;
  const child = spawn(program, rest, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...env },
    detached: true, // Its programs are known by the process group.
    ...(enter ? {} : as),
  });
  t.after(() => child.kill('SIGKILL'));
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', text => {
    log += text;
  });
  const ended = new Promise<number | string>(resolve =>
    child.once('exit', (code, signal) => resolve(code ?? signal ?? -1)),
  );
  const ready = await firstLine(child, () => log);
  return {
    ready,
    log: () => log,
    child,
    ended,
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
  };
}

function firstLine(child: ChildProcess, log: () => string): Promise<Ready> {
  return new Promise((resolve, reject) => {
    child.once('exit', code => reject(new Error(`the host ended with ${code} before it was ready:\n${log()}`)));
    if (child.stdout) createInterface({ input: child.stdout }).once('line', line => resolve(JSON.parse(line) as Ready));
  });
}
