// SMTP in: whether the SMTP server answers on each address it listens on, and what is known of clients from other hosts.
import { isIP } from 'node:net';
import type { Check } from '../../api/checks.ts';
import type { HostStatus } from '../../api/host.ts';
import { ownAddresses } from '../../lib/net/own-addresses.ts';
import { localMinute } from '../../lib/text/local-time.ts';
import { type GreetDeps, greet } from './greet.ts';
import { about } from './run-check.ts';

/** A client of another host that has connected. */
export interface OutsideClient {
  readonly ip: string;
  readonly atMs: number;
}

export interface PortInDeps extends GreetDeps {
  /** Null: it listens nowhere. */
  readonly smtp: HostStatus['smtp'];
  /** The last since the host was started, if there was one. */
  readonly outside: OutsideClient | undefined;
}

const code = 'port-in';
const looked = 'SMTP in';
/** An any-address stands for all addresses of the machine; a few are enough. */
const mostAddresses = 4;
const smtpPort = 25;

export async function checkPortIn(deps: PortInDeps): Promise<Check[]> {
  const { smtp } = deps;
  const { fine } = about(code, looked);
  if (!smtp) return [fine('The host does not listen for SMTP: other hosts and programs cannot send to it this way.')];
  const answers = await Promise.all(addressesOf(smtp.address).map(ip => checkAddress(deps, ip, smtp.port)));
  return [...answers, reachOf(smtp, deps.outside)];
}

/** Whether other hosts could connect to an address: it is not a loopback address. */
export function isForOthers(address: string): boolean {
  return !/^(?:127\.|::1$|::ffff:127\.)/i.test(address) && address !== 'localhost';
}

async function checkAddress(deps: PortInDeps, ip: string, port: number): Promise<Check> {
  const { fine, warning, wrong } = about(code, `${looked}: ${ip} port ${port}`);
  const greeted = await greet(deps, ip, port);
  switch (greeted.kind) {
    case 'unconnected':
      return wrong(
        `SMTP cannot be reached at ${ip} port ${port}: ${greeted.why}. Start the host again; if that does not help, look at the firewall of this machine.`,
      );
    case 'silent':
      return warning(
        `SMTP at ${ip} port ${port} accepts a connection from this machine but does not greet: too many clients are connected, or the access rules (control/tcp.smtp) deny this machine.`,
      );
    case 'greeted':
      if (greeted.code === 220) return fine(`SMTP answers at ${ip} port ${port}.`);
      return warning(`SMTP at ${ip} port ${port} refuses clients of this machine: ${greeted.says}`);
  }
}

/** What is known of other hosts: nobody can look from outside here. */
function reachOf({ address, port }: NonNullable<HostStatus['smtp']>, outside: OutsideClient | undefined): Check {
  const { fine, unchecked } = about('port-in-outside', `${looked}, from other hosts`);
  if (!isForOthers(address)) {
    return fine(
      `SMTP listens on ${address} only: no other host can reach it, which is right unless mail should come in by SMTP.`,
    );
  }
  if (outside) return fine(`A client at ${outside.ip} connected at ${localMinute(outside.atMs)}.`);
  const forwarded =
    port === smtpPort ? '' : ` Other hosts connect to port 25, so something has to pass that on to ${port}.`;
  return unchecked(
    `No other host has connected since this host was started, so it is not known whether others can reach it.${forwarded} A router or firewall in between has to let port 25 through.`,
  );
}

function addressesOf(address: string): readonly string[] {
  if (address !== '0.0.0.0' && address !== '::') return [address];
  const own = ownAddresses().filter(ip => isIP(ip) !== 0 && ip !== '0.0.0.0' && ip !== '::' && !ip.startsWith('fe80:'));
  const usable = address === '::' ? own : own.filter(ip => isIP(ip) === 4);
  return usable.slice(0, mostAddresses);
}
