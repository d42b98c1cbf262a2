// tcpserver: accepts TCP connections and starts a program for each, with what is known about the client in its environment.
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { findTcpRule, rulesInCdb } from '../../../core/control/tcp-rules.ts';
import { cdbInMemory } from '../../../core/lib/disk/cdb.ts';
import { openDns } from '../../../core/lib/net/dns.ts';
import type { Environment } from '../../../core/lib/net/tcp-environment.ts';
import { parseOptions } from '../../../core/lib/process/getopt.ts';
import { errorCode } from '../../../core/lib/user-error.ts';
import { djbReason, listenFor, type Verdict } from '../../../core/ucspi/super-server.ts';
import { addressesOf, describeConnection, portOf } from '../../../core/ucspi/tcp-names.ts';
import type { CommandIo } from '../command-io.ts';
import { leadingNumber, type TcpOptions, takeTcpOption } from './tcp-options.ts';

const usageError = 100;
const failed = 111;
const usage =
  'tcpserver: usage: tcpserver [ -1UXpPhHrRoOdDqQv ] [ -c limit ] [ -x rules.cdb ] [ -B banner ] [ -g gid ] [ -u uid ] [ -b backlog ] [ -l localname ] [ -t timeout ] host port program\n';

interface Options extends TcpOptions {
  limit: number;
  backlog: number;
  banner: string;
  rules: string | undefined;
  /** -X: without the rules file all clients are allowed. */
  openWithoutRules: boolean;
  printPort: boolean;
  uid: number;
  gid: number;
}

/** Runs until SIGTERM; running programs continue. @returns 0, 100 wrong usage, 111 it cannot listen */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const options = usualOptions();
  const rest = parseOptions(args, { valued: 'cxBgublt' }, (letter, value) =>
    takeOption(options, letter, value, io.env),
  );
  const [host, portText, ...program] = rest ?? [];
  if (host === undefined || portText === undefined || program.length === 0) return complain(io, usage, usageError);
  const dns = openDns(undefined, { timeout: 5000, tries: 2 });
  const port = portOf(portText);
  if (port === undefined) return fatal(io, `unable to figure out port number for ${portText}`);
  const [address] = await addressesOf(host, dns);
  if (address === undefined) return fatal(io, `no IP address for ${host}`);
  const say = (from: number) => (line: string) => {
    if (options.verbosity >= from) io.stderr.write(Buffer.from(`${line}\n`, 'latin1'));
  };
  try {
    const { limit, banner, noDelay, backlog } = options;
    const server = await listenFor(
      { address, port, backlog },
      {
        program,
        limit,
        banner,
        noDelay,
        environment: io.env,
        describe: socket => describeConnection(socket, options, dns),
        judge: client => judge(client, options),
        tell: say(2),
        warn: say(1),
      },
    );
    if (!dropPrivileges(options)) return fatal(io, 'unable to set uid or gid');
    if (options.printPort) io.stdout.write(`${(server.address() as AddressInfo).port}\n`);
  } catch (error) {
    return fatal(io, `unable to bind: ${djbReason(error)}`);
  }
  await new Promise(resolve => process.once('SIGTERM', resolve));
  process.exit(0); // Its programs continue without it.
}

/** Groups first: only root can change them. */
function dropPrivileges({ uid, gid }: Options): boolean {
  try {
    if (gid > 0) {
      process.setgroups?.([gid]);
      process.setgid?.(gid);
    }
    if (uid > 0) process.setuid?.(uid);
    return true;
  } catch {
    return false;
  }
}

function usualOptions(): Options {
  return {
    limit: 40,
    backlog: 20,
    banner: '',
    rules: undefined,
    openWithoutRules: false,
    localName: undefined,
    names: true,
    paranoid: false,
    ident: true,
    identSec: 26,
    noDelay: false,
    printPort: false,
    uid: 0,
    gid: 0,
    verbosity: 1,
  };
}

function takeOption(options: Options, letter: string, value: string, env: CommandIo['env']): boolean {
  switch (letter) {
    case 'c':
      options.limit = leadingNumber(value);
      break;
    case 'x':
      options.rules = value;
      break;
    case 'X':
      options.openWithoutRules = true;
      break;
    case 'B':
      options.banner = value;
      break;
    case 'g':
      options.gid = leadingNumber(value);
      break;
    case 'u':
      options.uid = leadingNumber(value);
      break;
    case 'U':
      options.uid = Number(env.UID ?? 0);
      options.gid = Number(env.GID ?? 0);
      break;
    case '1':
      options.printPort = true;
      break;
    case 'b':
      options.backlog = leadingNumber(value);
      break;
    case 'p':
    case 'P':
      options.paranoid = letter === 'p';
      break;
    case 'o':
    case 'O':
      break; // IP options: today's systems drop them.
    default:
      return takeTcpOption(options, letter, value);
  }
  return true;
}

/** Reads the rules again for each client. */
function judge(client: Environment, { rules, openWithoutRules }: Options): Verdict {
  if (rules === undefined) return { kind: 'allowed', environment: client };
  try {
    const rule = findTcpRule(rulesInCdb(cdbInMemory(readFileSync(rules))), client);
    if (rule?.denied) return { kind: 'denied' };
    return { kind: 'allowed', environment: { ...client, ...Object.fromEntries(rule?.variables ?? []) } };
  } catch (error) {
    if (openWithoutRules && errorCode(error) === 'ENOENT') return { kind: 'allowed', environment: client };
    return { kind: 'dropped', reason: `unable to read ${rules}: ${djbReason(error)}` };
  }
}

function fatal(io: CommandIo, why: string): number {
  return complain(io, `tcpserver: fatal: ${why}\n`, failed);
}

function complain(io: CommandIo, text: string, code: number): number {
  io.stderr.write(text);
  return code;
}
