// waypost service: lets the system run the host of a home, from boot on: with a systemd unit, or a launchd job on macOS.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isNullClient } from '../../../core/control/null-client.ts';
import { isHome } from '../../../core/home/make-home.ts';
import { UserError } from '../../../core/lib/user-error.ts';
import { connectToHost } from '../../running/control-client.ts';
import { statusText } from '../../running/status-text.ts';
import { isInstalled, serviceHere } from '../../service/installed.ts';
import {
  activeCall,
  goneCalls,
  type Managed,
  makeCalls,
  type Order,
  startCalls,
  stopCalls,
  type Tell,
  tellWith,
} from '../../service/manager.ts';
import { serviceText } from '../../service/service-file.ts';
import { checkPorts, checkServiceName, firstOpenPort, type ServicePlan } from '../../service/service-plan.ts';
import type { CommandIo } from '../command-io.ts';
import { parseOptions } from '../parse-options.ts';
import { type ListenValues, listenAddresses, listenOptions, pageNameOf } from './listen-options.ts';
import { giveOrder } from './service-order.ts';

const usage =
  'usage: waypost service install | remove | status | start | stop | restart (see: waypost service --help)\n';

interface Here {
  readonly io: CommandIo;
  readonly home: string;
  readonly service: Managed;
  readonly tell: Tell;
}

/** @returns 0 done, or it runs; 1 the system refused, or it does not run; 100 wrong usage */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    allowPositionals: true,
    options: {
      ...listenOptions,
      name: { type: 'string', default: 'waypost' },
      linger: { type: 'boolean', default: false },
      print: { type: 'boolean', default: false },
    },
  });
  const [verb, ...others] = positionals;
  const { name, linger, print, ...listen } = values;
  checkServiceName(name);
  const here = hereFor(name, io);
  if (others.length === 0 && verb === 'install') return install(here, listen, { linger, print });
  if (others.length === 0 && verb === 'remove') return remove(here);
  if (others.length === 0 && verb === 'status') return status(here);
  if (others.length === 0 && isOrder(verb)) return order(here, verb);
  io.stderr.write(usage);
  return 100;
}

function isOrder(verb: string | undefined): verb is Order {
  return verb === 'start' || verb === 'stop' || verb === 'restart';
}

function hereFor(name: string, io: CommandIo): Here {
  const service = serviceHere(name, io.env);
  if (!service)
    throw new UserError('This system has no services that Waypost knows. For a start at login see Settings.');
  return { io, home: io.home, service, tell: tellWith(io.env) };
}

async function install(
  { io, home, service, tell }: Here,
  said: ListenValues,
  { linger, print }: { linger: boolean; print: boolean },
): Promise<number> {
  const { isRoots, path, system } = service;
  const listen = { ...usualAddresses(said), ...said };
  const addresses = Object.values(listenAddresses(listen));
  pageNameOf(listen);
  checkPorts(
    addresses.flatMap(on => (on ? [on.port] : [])),
    isRoots,
    firstOpenPort(process.platform),
  );
  checkHome(home, isRoots);
  const plan = planOf(service, home, listen, io);
  const text = serviceText(system, plan);
  if (print) {
    io.stdout.write(text);
    return 0;
  }
  await checkFree(home, service);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode: 0o644 });
  const failed = await makeCalls(tell, startCalls(service));
  if (failed) {
    const isThere = failed.told.code !== undefined;
    if (!isThere) rmSync(path);
    const why = isThere ? `${failed.call} says: ${failed.told.said}` : failed.told.said;
    io.stderr.write(`service: It could not be started: ${why}.\n${byHand(plan, service, isThere)}`);
    return 1;
  }
  io.stdout.write(`Wrote ${path}.\nThe host runs as the service ${service.name}. To see its window: waypost open\n`);
  io.stdout.write(await lingerText({ service, tell }, linger));
  return 0;
}

/** The addresses if no option names any: the same as with `npm start`. */
function usualAddresses(said: ListenValues): ListenValues {
  const isSilent = Object.values(said).every(value => value === undefined);
  return isSilent ? { smtp: '127.0.0.1:2525', ui: '127.0.0.1:0' } : {};
}

function checkHome(home: string, isRoots: boolean): void {
  if (isNullClient(home)) throw new UserError(`${home} is a null client: it needs no host.`);
  if (!isHome(home)) throw new UserError(`${home} is not a Waypost home. Create one with: waypost init --home ${home}`);
  if (!isRoots || existsSync(join(home, 'control', 'runas'))) return;
  throw new UserError(
    `${home} is not fit for a host that root starts. Run waypost adopt --home ${home} first, or install the service as the person whose mail it is.`,
  );
}

function planOf({ name, isRoots }: Managed, home: string, listen: ListenValues, io: CommandIo): ServicePlan {
  if (io.env.APPIMAGE) {
    throw new UserError(
      'A service started from an AppImage stops working when the AppImage ends. Install the waypost command, and use that.',
    );
  }
  const options = Object.entries(listen).flatMap(([key, value]) => (value === undefined ? [] : [`--${key}`, value]));
  return {
    name,
    home,
    isRoots,
    command: [process.execPath, io.script, 'serve', '--home', home, ...options],
    environment: process.versions.electron === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' },
  };
}

/** A home can have only one host. */
async function checkFree(home: string, service: Managed): Promise<void> {
  if (isInstalled(home, service)) return;
  const host = await connectToHost(home).catch(() => undefined);
  if (!host) return;
  host.close();
  throw new UserError(`A host runs on ${home} already: see waypost status. Stop it first, then install the service.`);
}

/** What a person can do if the system refused. */
function byHand({ command }: ServicePlan, { system, name, isRoots }: Managed, isThere: boolean): string {
  const shell = command
    .map(word => (/^[\w./:=@,+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
  const again =
    isThere && system === 'systemd' ? `systemctl ${isRoots ? '' : '--user '}enable --now ${name}` : undefined;
  const session = isRoots ? '' : ' It needs a session of your own: log in yourself, not with su or sudo.';
  if (again !== undefined) return `The file stays. Where systemd runs, this starts the service: ${again}.${session}\n`;
  return `Start the host in another way, for example with this line in crontab -e:\n@reboot ${shell} >/dev/null\n`;
}

async function lingerText({ service, tell }: Pick<Here, 'service' | 'tell'>, wanted: boolean): Promise<string> {
  if (service.isRoots || service.system === 'launchd') return '';
  if (wanted) await tell('loginctl', ['enable-linger']);
  const user = String(service.uid);
  const { said } = await tell('loginctl', ['show-user', user, '--property=Linger', '--value']);
  if (said === 'yes') return 'It runs from boot on, whether or not you are logged in.\n';
  const how = wanted ? 'The system refused that; root can do it: ' : 'To have it run from boot on: ';
  return `It runs while you are logged in. ${how}loginctl enable-linger ${user}\n`;
}

async function remove({ io, home, service, tell }: Here): Promise<number> {
  if (!isInstalled(home, service)) {
    io.stderr.write(`service: There is no service ${service.name}: ${service.path} does not exist.\n`);
    return 1;
  }
  // The file is removed even if the service does not run, or systemd does not.
  const failed = await makeCalls(tell, stopCalls(service));
  rmSync(service.path);
  await makeCalls(tell, goneCalls(service));
  io.stdout.write(`Removed ${service.path}. The home and the mail stay as they are.\n`);
  const host = await connectToHost(home).catch(() => undefined);
  if (!host) return 0;
  host.close();
  const why = failed ? `: ${failed.call} says: ${failed.told.said}` : '';
  io.stderr.write(`service: A host still runs on ${home}${why}\n`);
  return 1;
}

async function order({ io, home, service, tell }: Here, verb: Order): Promise<number> {
  if (!isInstalled(home, service)) {
    io.stderr.write(`service: There is no service ${service.name}. To install it: waypost service install\n`);
    return 1;
  }
  return giveOrder(io, 'service', tell, service, verb);
}

async function status({ io, home, service, tell }: Here): Promise<number> {
  const { name, path } = service;
  if (!isInstalled(home, service)) {
    io.stdout.write(`There is no service ${name}: ${path} does not exist. To install it: waypost service install\n`);
    return 1;
  }
  const [program, ...args] = activeCall(service);
  const isActive = (await tell(program, args)).code === 0;
  io.stdout.write(`${path}\nThe service ${name} ${isActive ? 'runs' : 'does not run'}.\n`);
  io.stdout.write(await lingerText({ service, tell }, false));
  const host = await connectToHost(home).catch(() => undefined);
  if (host) {
    io.stdout.write(`\n${statusText(await host.api.call('host.status', {}))}`);
    host.close();
  } else if (!service.isRoots || service.system === 'systemd') {
    const log = service.isRoots ? `journalctl -u ${name}` : `journalctl --user -u ${name}`;
    if (service.system === 'systemd') io.stdout.write(`No host answers on ${home}. Its last messages: ${log}\n`);
  }
  return isActive ? 0 : 1;
}
