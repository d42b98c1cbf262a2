// tcpserver: listens, and starts a program for each client that the rules allow, with the connection on fd 0 and fd 1.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { constants } from 'node:os';
import type { LogLine } from '../lib/log.ts';
import type { Environment } from '../lib/net/tcp-environment.ts';
import { errorCode, reasonOf } from '../lib/user-error.ts';
import { bind, type ListenOn } from './bind.ts';

/** Whether a client may connect: its environment, or why it is dropped. */
export type Verdict =
  | { readonly kind: 'allowed'; readonly environment: Environment }
  | { readonly kind: 'denied' }
  | { readonly kind: 'dropped'; readonly reason: string };

export interface SuperServerOptions {
  readonly program: readonly string[];
  /** Programs at the same time; more clients wait. */
  readonly limit: number;
  /** Sent to every client at once. */
  readonly banner: string;
  readonly noDelay: boolean;
  readonly environment: Environment;
  /** What can be found out about a client. */
  readonly describe: (socket: Socket) => Promise<Environment>;
  readonly judge: (client: Environment) => Verdict;
  /** For everything that happens. */
  readonly tell: LogLine;
  /** For problems. */
  readonly warn: LogLine;
}

/** More clients are turned away, as by a system whose backlog is full. */
const mostWaiting = 1000;
const denied = 100;
const failed = 111;

/** Starts to listen. @throws the system's error */
export async function listenFor(
  on: ListenOn & { readonly backlog: number },
  options: SuperServerOptions,
): Promise<Server> {
  const server = createServer({ pauseOnConnect: true });
  await bind(server, on);
  serveClients(server, options);
  return server;
}

function serveClients(server: Server, options: SuperServerOptions): void {
  const { limit, tell } = options;
  const waiting: Socket[] = [];
  let running = 0;

  function status(): void {
    tell(`tcpserver: status: ${running}/${limit}`);
  }

  function startNext(): void {
    while (running < limit) {
      const socket = waiting.shift();
      if (!socket) return;
      if (socket.destroyed) continue;
      running++;
      status();
      void serveOne(socket, options).then(() => {
        running--;
        status();
        startNext();
      });
    }
  }

  server.on('connection', socket => {
    socket.on('error', () => socket.destroy());
    if (waiting.length >= mostWaiting) socket.destroy();
    else waiting.push(socket);
    startNext();
  });
  status();
}

/** One client, from its connection to the end of its program. Never throws. */
async function serveOne(socket: Socket, options: SuperServerOptions): Promise<void> {
  const { tell, warn } = options;
  const ip = socket.remoteAddress ?? '';
  let pid = process.pid;
  let status = 0;
  try {
    if (options.noDelay) socket.setNoDelay(true);
    const client = await options.describe(socket);
    const verdict = options.judge(client);
    if (verdict.kind === 'allowed') {
      if (options.banner !== '') await said(socket, options.banner);
      const run = await start(socket, options, { ...options.environment, ...verdict.environment });
      pid = run.pid ?? pid;
      tell(`tcpserver: pid ${pid} from ${ip}`);
      tell(`tcpserver: ok ${pid} ${endsOf(client)}`);
      if (run.reason !== undefined)
        warn(`tcpserver: warning: dropping connection, unable to run ${options.program[0]}: ${run.reason}`);
      status = await run.status;
    } else {
      tell(`tcpserver: pid ${pid} from ${ip}`);
      if (verdict.kind === 'denied') tell(`tcpserver: deny ${pid} ${endsOf(client)}`);
      else warn(`tcpserver: warning: dropping connection, ${verdict.reason}`);
      status = (verdict.kind === 'denied' ? denied : failed) * 256;
    }
  } catch (error) {
    warn(`tcpserver: warning: dropping connection, ${reasonOf(error)}`);
    status = failed * 256;
  }
  socket.destroy();
  tell(`tcpserver: end ${pid} status ${status}`);
}

function said(socket: Socket, text: string): Promise<void> {
  return new Promise(resolve => void socket.write(Buffer.from(text, 'latin1'), () => resolve()));
}

interface RunningChildren {
  readonly pid: number | undefined;
  /** Why it could not be started. */
  readonly reason?: string;
  /** As wait(2) has it. */
  readonly status: number | Promise<number>;
}

async function start(socket: Socket, options: SuperServerOptions, env: Environment): Promise<RunningChildren> {
  const [program = '', ...args] = options.program;
  const child = spawn(program, args, { stdio: [socket, socket, 'inherit'], env: env as NodeJS.ProcessEnv });
  const ended = new Promise<number>(resolve => {
    child.once('exit', (code, signal) => resolve(code === null ? constants.signals[signal ?? 'SIGKILL'] : code * 256));
  });
  try {
    await once(child, 'spawn');
  } catch (error) {
    return { pid: undefined, reason: djbReason(error), status: failed * 256 };
  }
  // The program has the connection now: this closes only this process's descriptor.
  socket.destroy();
  return { pid: child.pid, status: ended };
}

const longestShown = 100;

/** `localhost:localip:localport remotehost:remoteip:info:remoteport`; what is unknown is empty. */
function endsOf(client: Environment): string {
  const shown = (name: string): string => {
    const text = (client[name] ?? '').replace(/[^!-~]|[%:]/g, '?');
    return text.length > longestShown ? `${text.slice(0, longestShown)}...` : text;
  };
  const local = ['TCPLOCALHOST', 'TCPLOCALIP', 'TCPLOCALPORT'].map(shown).join(':');
  return `${local} ${['TCPREMOTEHOST', 'TCPREMOTEIP', 'TCPREMOTEINFO', 'TCPREMOTEPORT'].map(shown).join(':')}`;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'file does not exist',
  EACCES: 'access denied',
  EADDRINUSE: 'address already used',
  EADDRNOTAVAIL: 'address not available',
  ECONNREFUSED: 'connection refused',
  ETIMEDOUT: 'timed out',
};

/** The wording of errors in ucspi-tcp. */
export function djbReason(error: unknown): string {
  return reasons[errorCode(error) ?? ''] ?? reasonOf(error);
}
