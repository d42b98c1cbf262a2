// qmailctl: the command with which "Life with qmail" runs its services. If supervise runs them it calls supervise's tools (svc,
// svstat), else systemd or launchd; for the queue and the control files it asks the host itself.
import { spawnSync } from 'node:child_process';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../../core/lib/user-error.ts';
import { withHost } from '../../running/control-client.ts';
import { serviceOf } from '../../service/installed.ts';
import { type Order, tellWith } from '../../service/manager.ts';
import type { CommandIo } from '../command-io.ts';
import { giveOrder } from '../host/service-order.ts';

const help = `   stop -- stops mail service (smtp connections refused, nothing goes out)
  start -- starts mail service (smtp connection accepted, mail can go out)
  pause -- temporarily stops mail service (connections accepted, nothing leaves)
   cont -- continues paused mail service
   stat -- displays status of mail service
    cdb -- rebuild the tcpserver cdb file for smtp
restart -- stops and restarts smtp, sends qmail-send a TERM & restarts it
doqueue -- schedules queued messages for immediate delivery
 reload -- has the control files read again
  queue -- shows status of queue
   alrm -- same as doqueue
  flush -- same as doqueue
    hup -- same as reload
`;

const usageError = 100;
const failed = 111;
/** The directories of services, and where their links are. */
const names = ['qmail-send', 'qmail-smtpd', 'qmail-pop3d'];
const usualPlaces = ['/service', '/etc/service'];
const rulesPath = '/etc/tcp.smtp';

type Action = (io: CommandIo) => Promise<number>;

const actions: Readonly<Record<string, Action>> = {
  start: io => order(io, 'start'),
  stop: io => order(io, 'stop'),
  restart: io => order(io, 'restart'),
  pause,
  cont,
  stat,
  doqueue,
  alrm: doqueue,
  flush: doqueue,
  reload,
  hup: reload,
  queue: async io => (await qstat(io)) || (await (await import('./qmail-qread.ts')).run([], io)),
  cdb,
  help: async io => {
    io.stdout.write(help);
    return 0;
  },
};

/** @returns 0 done, 1 the host or its service refuses or does not run, 100 wrong usage, 111 supervise or a file cannot be used */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const [name = '', ...rest] = args;
  const action = Object.hasOwn(actions, name) && rest.length === 0 ? actions[name] : undefined;
  if (action) return action(io);
  io.stderr.write(`usage: qmailctl ${Object.keys(actions).join('|')}\n`);
  return usageError;
}

function placesIn({ env }: CommandIo): readonly string[] {
  return env.SVDIR ? [env.SVDIR] : usualPlaces;
}

/** The services that supervise runs. */
function servicesIn(io: CommandIo): string[] {
  const directories = placesIn(io).flatMap(place => names.map(name => join(place, name)));
  return directories.filter(directory => existsSync(join(directory, 'supervise', 'ok')));
}

const supervised: Readonly<Record<Order, readonly [doing: string, option: string]>> = {
  start: ['Starting', '-u'],
  stop: ['Stopping', '-d'],
  restart: ['Restarting', '-t'],
};

async function order(io: CommandIo, verb: Order): Promise<number> {
  const services = servicesIn(io);
  if (services.length > 0) {
    // A stopped process gets no other signal.
    signalHosts(services, 'SIGCONT');
    return svc(io, ...supervised[verb], services);
  }
  const service = serviceOf(io.home, io.env);
  if (service) return giveOrder(io, 'qmailctl', tellWith(io.env), service, verb);
  throw new UserError(
    `Neither supervise (in ${placesIn(io).join(', ')}) nor waypost service runs this host. Stop it where it was started, and start it with: waypost serve`,
    { exitCode: failed },
  );
}

function svc(io: CommandIo, doing: string, option: string, services: readonly string[]): number {
  io.stdout.write(`${doing} ${services.join(', ')}\n`);
  return tool(io, 'svc', [option, ...services]);
}

/** Under supervise everything stops; else the host accepts mail, and delivers none. */
async function pause(io: CommandIo): Promise<number> {
  const services = servicesIn(io);
  if (services.length === 0) return askHost(io, 'queue.pause', 'Nothing is delivered until: qmailctl cont');
  const code = svc(io, 'Pausing', '-p', services);
  signalHosts(services, 'SIGSTOP');
  return code;
}

async function cont(io: CommandIo): Promise<number> {
  const services = servicesIn(io);
  if (services.length === 0) return askHost(io, 'queue.resume', 'Deliveries go on.');
  signalHosts(services, 'SIGCONT');
  return svc(io, 'Continuing', '-c', services);
}

function askHost(io: CommandIo, method: 'queue.pause' | 'queue.resume', answer: string): Promise<number> {
  return withHost(io, 'qmailctl', async api => {
    await api.call(method, {});
    io.stdout.write(`${answer}\n`);
    return 0;
  });
}

/** If root started it, the service is qmail-start, and the host is its child, which supervise does not know. */
function signalHosts(services: readonly string[], signal: 'SIGSTOP' | 'SIGCONT'): void {
  for (const directory of services.filter(each => each.endsWith('/qmail-send'))) {
    const said = spawnSync('svstat', [directory], { encoding: 'latin1' }).stdout ?? '';
    const pid = /\(pid (\d+)\)/.exec(said)?.[1];
    for (const child of childrenOf(pid)) {
      try {
        process.kill(child, signal);
      } catch {
        // It has ended meanwhile.
      }
    }
  }
}

function childrenOf(pid: string | undefined): number[] {
  if (pid === undefined) return [];
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

async function stat(io: CommandIo): Promise<number> {
  const services = servicesIn(io).flatMap(directory =>
    existsSync(join(directory, 'log', 'supervise', 'ok')) ? [directory, join(directory, 'log')] : [directory],
  );
  if (services.length > 0) return tool(io, 'svstat', services) || qstat(io);
  const { run: status } = await import('../host/status.ts');
  return (await status([], io)) || qstat(io);
}

async function qstat(io: CommandIo): Promise<number> {
  return (await import('./qmail-qstat.ts')).run([], io);
}

async function doqueue(io: CommandIo): Promise<number> {
  const { run: tcpok } = await import('../remote/qmail-tcpok.ts');
  const code = await tcpok([], io);
  if (code !== 0) return code;
  return withHost(io, 'qmailctl', async api => {
    await api.call('queue.retry', {});
    io.stdout.write('Everything in the queue is tried now.\n');
    return 0;
  });
}

async function reload(io: CommandIo): Promise<number> {
  return withHost(io, 'qmailctl', async api => {
    const { problem } = await api.call('host.reload', {});
    if (problem === null) io.stdout.write('The control files were read again.\n');
    else io.stderr.write(`qmailctl: ${problem}\n`);
    return problem === null ? 0 : 1;
  });
}

async function cdb(io: CommandIo): Promise<number> {
  const { run: tcprules } = await import('../receive/tcprules.ts');
  const path = io.env.TCPRULES ?? rulesPath;
  if (!existsSync(path)) throw new UserError(`There is no ${path}.`, { exitCode: failed });
  const code = await tcprules([`${path}.cdb`, `${path}.tmp`], { ...io, stdin: createReadStream(path) });
  if (code === 0) io.stdout.write(`Reloaded ${path}.\n`);
  return code;
}

/** One of daemontools' programs. */
function tool(io: CommandIo, program: string, args: readonly string[]): number {
  const { error, status, stdout, stderr } = spawnSync(program, args, { encoding: 'latin1' });
  if (error) throw new UserError(`Unable to run ${program}: ${error.message}`, { exitCode: failed, cause: error });
  io.stdout.write(Buffer.from(stdout, 'latin1'));
  io.stderr.write(Buffer.from(stderr, 'latin1'));
  return status ?? failed;
}
