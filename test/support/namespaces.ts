// Machines of a test, each in a network namespace of its own, and the cables and radio channels between them. Nothing in them
// can reach anything outside. A namespace lasts as long as the process that holds it, so a test that dies leaves nothing.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { without, withSbin } from './programs.ts';

/** One machine. */
export interface Machine {
  readonly name: string;
  /** What to put before a command so that it runs there: `nsenter …`. */
  readonly enter: readonly string[];
  /** Runs a program there to its end. @throws with its output when it fails */
  run(program: string, ...args: readonly string[]): string;
}

/** An end of a connection: a machine, the name of its interface, and its address. */
export interface End {
  readonly machine: Machine;
  readonly device: string;
  readonly address: string;
}

/** Ends what a test has started. */
interface Owner {
  after(end: () => unknown): void;
}

/** For a test's `skip` option: why machines cannot be made here, or false. */
export function whyNoMachines(): string | false {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'needs root on Linux, for network namespaces';
  const missing = without('unshare') || without('ip') || without('tc');
  if (missing) return missing;
  const pair = 'ip link add name a0 type veth peer name b0';
  const proof = `${pair} && tc qdisc add dev a0 root tbf rate 8kbit burst 1600 latency 1s`;
  const { status, stderr } = spawnSync('unshare', ['-n', 'sh', '-c', proof], { env: withSbin(), encoding: 'utf8' });
  return status === 0 ? false : `this kernel has no veth devices or no tbf: ${stderr.trim()}`;
}

/** Starts a machine that is alone on its loopback. */
export async function startMachine(owner: Owner, name: string): Promise<Machine> {
  // It reads until its standard input ends, which it does with this process at the latest.
  const holder = spawn('unshare', ['-n', 'sh', '-c', 'ip link set lo up && echo ready && exec cat >/dev/null'], {
    env: withSbin(),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  owner.after(() => void holder.stdin.end());
  await ready(holder, name);
  const enter = ['nsenter', `--net=/proc/${holder.pid}/ns/net`];
  return {
    name,
    enter,
    run(program, ...args) {
      const [first = '', ...rest] = [...enter, program, ...args];
      return execFileSync(first, rest, { env: withSbin(), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    },
  };
}

async function ready(holder: ChildProcess, name: string): Promise<void> {
  if (!holder.stdout) throw new Error('no output');
  const said = await Promise.race([once(holder.stdout, 'data'), once(holder, 'exit')]);
  if (String(said[0]).trim() !== 'ready') throw new Error(`the network of ${name} could not be made`);
}

/** Connects two machines by a cable. */
export function connectMachines(a: End, b: End): void {
  const peer = ['peer', 'name', b.device, 'netns', pidOf(b.machine)];
  a.machine.run('ip', 'link', 'add', 'name', a.device, 'type', 'veth', ...peer);
  for (const { machine, device, address } of [a, b]) {
    machine.run('ip', 'address', 'add', address, 'dev', device);
    machine.run('ip', 'link', 'set', device, 'up');
  }
}

/** A radio channel: a small MTU, as PPP has over slow lines, and one rate for both directions together. TCP starts with two packets. */
export interface Channel {
  readonly bitsPerSec: number;
  readonly mtu: number;
}

/** The radio between two machines, which can be switched off and on. */
export interface Radio {
  off(): void;
  on(): void;
  /** Bytes that it has carried so far, in both directions, with all headers. */
  bytes(): number;
}

const ethernetHeader = 14;
/** Of traffic that waits for the channel: as much as modems buffer, and more than TCP has in flight. */
const longestWait = '60s';

/**
 * Connects two machines over half-duplex radio: whatever either of them says goes through one queue of the given rate. A machine
 * in between sends all of it around a loop of cable, on which that queue is.
 */
export async function connectByRadio(owner: Owner, a: End, b: End, { bitsPerSec, mtu }: Channel): Promise<Radio> {
  const air = await startMachine(owner, `air of ${a.machine.name} and ${b.machine.name}`);
  const mirror = await startMachine(owner, `loop of ${a.machine.name} and ${b.machine.name}`);
  const plain = (address: string) => address.split('/')[0] ?? '';
  for (const [end, device] of [
    [a, 'ra'],
    [b, 'rb'],
  ] as const) {
    end.machine.run(
      'ip',
      'link',
      'add',
      'name',
      end.device,
      'type',
      'veth',
      'peer',
      'name',
      device,
      'netns',
      pidOf(air),
    );
    end.machine.run('ip', 'address', 'add', `${plain(end.address)}/32`, 'dev', end.device);
    end.machine.run('ip', 'link', 'set', end.device, 'mtu', String(mtu), 'up');
    const other = end === a ? b : a;
    end.machine.run('ip', 'neighbour', 'add', '169.254.9.9', 'lladdr', addressOf(air, device), 'dev', end.device);
    end.machine.run(
      'ip',
      'route',
      'add',
      plain(other.address),
      'via',
      '169.254.9.9',
      'dev',
      end.device,
      'onlink',
      'initcwnd',
      '2',
    );
    air.run('ip', 'link', 'set', device, 'mtu', String(mtu), 'up');
    air.run('ip', 'route', 'add', plain(end.address), 'dev', device);
    const itsEnd = addressOf(end.machine, end.device);
    air.run('ip', 'neighbour', 'add', plain(end.address), 'lladdr', itsEnd, 'dev', device);
  }
  air.run(
    'ip',
    'link',
    'add',
    'name',
    'out',
    'mtu',
    String(mtu),
    'type',
    'veth',
    'peer',
    'name',
    'back',
    'netns',
    pidOf(mirror),
  );
  air.run('ip', 'address', 'add', '169.254.8.1/30', 'dev', 'out');
  mirror.run('ip', 'address', 'add', '169.254.8.2/30', 'dev', 'back');
  air.run('ip', 'link', 'set', 'out', 'up');
  mirror.run('ip', 'link', 'set', 'back', 'mtu', String(mtu), 'up');
  mirror.run('ip', 'route', 'add', 'default', 'via', '169.254.8.1');
  for (const machine of [air, mirror]) {
    const settings = ['ip_forward=1', 'conf.all.rp_filter=0', 'conf.default.rp_filter=0', 'conf.all.send_redirects=0'];
    const devices = machine === air ? ['ra', 'rb', 'out'] : ['back'];
    const ofDevices = devices.flatMap(device => [`conf.${device}.rp_filter=0`, `conf.${device}.send_redirects=0`]);
    machine.run('sysctl', '-qw', ...[...settings, ...ofDevices].map(setting => `net.ipv4.${setting}`));
  }
  for (const device of ['ra', 'rb']) air.run('ip', 'rule', 'add', 'iif', device, 'lookup', '100');
  air.run('ip', 'route', 'add', 'default', 'via', '169.254.8.2', 'dev', 'out', 'table', '100');
  // While the radio is off, nothing takes a shorter way.
  air.run('ip', 'route', 'add', 'blackhole', 'default', 'metric', '1000', 'table', '100');
  const limits = ['rate', `${bitsPerSec}bit`, 'burst', String(mtu + ethernetHeader), 'latency', longestWait];
  air.run('tc', 'qdisc', 'add', 'dev', 'out', 'root', 'tbf', ...limits);
  return {
    off: () => void air.run('ip', 'link', 'set', 'out', 'down'),
    on() {
      air.run('ip', 'link', 'set', 'out', 'up');
      air.run('ip', 'route', 'replace', 'default', 'via', '169.254.8.2', 'dev', 'out', 'table', '100');
    },
    bytes: () => Number(/Sent (\d+) bytes/.exec(air.run('tc', '-s', 'qdisc', 'show', 'dev', 'out'))?.[1]),
  };
}

function addressOf(machine: Machine, device: string): string {
  return /link\/ether (\S+)/.exec(machine.run('ip', 'link', 'show', device))?.[1] ?? '';
}

function pidOf({ enter }: Machine): string {
  return /\/proc\/(\d+)\//.exec(enter.join(' '))?.[1] ?? '';
}
