// The small parent of a host that root starts (qmail-start with qmail-lspawn). It binds the addresses, starts the host as an
// unprivileged user, and answers its requests; it reads no mail and does not talk to the network. It ends when the host has
// ended.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { isatty } from 'node:tty';
import type { ProcessCommand, Role } from '../lib/process/start-process.ts';
import { UserError } from '../lib/user-error.ts';
import { accessAs } from '../local/rules/access.ts';
import { addressFromText } from '../message/address.ts';
import type { Ids } from './accounts.ts';
import { type AnsweringDeps, createAnswers, createParserAnswers, type Hear } from './answers.ts';
import { type ChannelEnd, channelPair, listenTo } from './channel.ts';
import { createDeliveries } from './deliveries.ts';
import type { HomeUsers } from './home-users.ts';
import { inheritance } from './inherited-descriptors.ts';
import { createMailboxes, type MailboxesDeps } from './mailboxes.ts';
import { openQueued } from './open-message.ts';
import { createRunningChildren, type RunningChildren } from './running-children.ts';
import { startAsUser } from './start-as-user.ts';

export interface RootProcessOptions extends Omit<MailboxesDeps, 'path'> {
  /** Program and arguments of the host. */
  readonly command: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Bound sockets, by the name of their server. */
  readonly bound: Readonly<Record<string, number>>;
  readonly users: HomeUsers;
  readonly asUserPath: string;
  /** Our programs that rules may call. */
  readonly programs: readonly string[];
  readonly commandOf: (role: Role) => ProcessCommand;
  /** The host's standard output, if it does not go to ours; then only the host writes to it. */
  readonly stdout?: Writable | undefined;
  /** For what the owner of the machine must know. */
  readonly log: (line: string) => void;
}

/** A process that the host has left behind may hold root's terminal: its output is waited for no longer than this. */
const lastWordsMs = 1000;

const passedOn = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGALRM'] as const;

/** Runs the host until it ends. @returns its exit code. @throws UserError when root may not run this home */
export async function runRootProcess(options: RootProcessOptions): Promise<number> {
  const { home, log, bound, environment } = options;
  const { host, parser, owner } = options.users;
  const [program, ...args] = options.command;
  checkReadable(args, host);
  const channel = channelPair();
  // A process that has root's terminal as its output could also read what is typed there.
  const [output, errors] = [1, 2].map(fd => (isatty(fd) ? 'pipe' : 'inherit'));
  const child = spawn(program, args, {
    uid: host.uid,
    gid: host.gid,
    // A working directory is open even below a directory that is closed.
    cwd: '/',
    env: { ...environment, ...inheritance(Object.keys(bound)) },
    stdio: [
      'ignore',
      options.stdout ?? output,
      errors,
      channel.theirs.words,
      channel.theirs.sockets,
      ...Object.values(bound),
    ],
    // Ctrl-C reaches only the parent, which passes it on.
    detached: true,
  });
  for (const fd of [...Object.values(channel.theirs), ...Object.values(bound)]) closeSync(fd);
  options.stdout?.destroy();
  const closed = new Promise(resolve => child.once('close', resolve));
  child.stdout?.pipe(process.stdout, { end: false });
  child.stderr?.pipe(process.stderr, { end: false });
  const startDelivery = createDeliveries({
    home,
    openMessage: id => openQueued(home, id, host.uid),
    asUserPath: options.asUserPath,
    programs: options.programs,
    environment,
  });
  const mailboxes = createMailboxes({ ...options, path: environment.PATH });
  const started = answer(
    child,
    host.uid,
    channel.ours,
    what => log(`alert: the host sent a request that no host sends, so it is ended: ${what}`),
    deps =>
      createAnswers({
        ...deps,
        startDelivery,
        mailboxes,
        startAsUser: (role, socket) => {
          const command = options.commandOf(role);
          return role === 'parser' ? startAsUser(command, parser, socket) : startReader(command, socket);
        },
      }),
  );
  /** The reader may ask for parsers, and for nothing else. */
  function startReader(command: ProcessCommand, socket: number): ChildProcess {
    const as = owner();
    const { ours, theirs } = channelPair();
    let reader: ChildProcess;
    try {
      reader = startAsUser(command, as, socket, theirs);
    } catch (error) {
      for (const fd of Object.values(ours)) closeSync(fd);
      throw error;
    } finally {
      for (const fd of Object.values(theirs)) closeSync(fd);
    }
    const parsers = answer(
      reader,
      as.uid,
      ours,
      what => log(`alert: the process that reads mail sent a request that it never sends, so it is ended: ${what}`),
      deps => createParserAnswers({ ...deps, startParser: to => startAsUser(options.commandOf('parser'), parser, to) }),
    );
    reader.once('exit', () => void parsers.killAll());
    return reader;
  }
  for (const signal of passedOn) process.on(signal, () => child.kill(signal));
  const ended = await new Promise<number | string>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'nothing'));
  });
  await started.killAll();
  if (child.stdout || child.stderr) await Promise.race([closed, setTimeout(lastWordsMs)]);
  for (const stream of [child.stdout, child.stderr]) stream?.destroy();
  if (typeof ended === 'number') return ended;
  log(`alert: the host was ended by ${ended}`);
  return 111;
}

/**
 * Answers a child as long as it runs; one that asks for what it may not have is ended. @returns the processes that run for it
 */
function answer(
  child: ChildProcess,
  uid: number,
  end: ChannelEnd,
  complain: (why: string) => void,
  answersWith: (deps: AnsweringDeps) => Hear,
): RunningChildren {
  const started = createRunningChildren();
  function malformed(why: string): void {
    child.kill('SIGKILL');
    asker.close();
    // It may quote the request.
    complain(why.slice(0, 200).replace(/[^ -~]/g, '?'));
  }
  const asker = listenTo(end, uid, request => hear(request), malformed);
  const hear = answersWith({ ...asker, started, malformed });
  child.once('exit', asker.close);
  child.once('error', asker.close);
  return started;
}

/** A program in a directory that the user cannot enter would end with an error that explains nothing. */
function checkReadable(args: readonly string[], user: Ids): void {
  const script = args.find(text => /\.[jt]s$/.test(text) && text.startsWith('/'));
  if (script === undefined) return;
  try {
    accessAs(user).read(addressFromText(script));
  } catch (cause) {
    throw new UserError(
      `The user of the host (uid ${user.uid}) cannot read ${script}: install Waypost where all users can read it.`,
      {
        cause,
      },
    );
  }
}
