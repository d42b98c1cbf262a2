// The source of a login, as far as it is known: the client's network, or for a program of this machine its user, which Linux
// reports.
import { readFile } from 'node:fs/promises';
import { isLoopback, networkOf } from '../lib/net/network-of.ts';
import type { Ends } from '../lib/net/tcp-environment.ts';

/** A program of this machine whose user is unknown. */
export const unknownUser = networkOf('127.0.0.1');

/** The source whose attempts count together. */
export async function loginSource(ends: Ends): Promise<string> {
  const network = networkOf(ends.remoteIp);
  if (network !== unknownUser || !isLoopback(ends.localIp)) return network;
  const uid = await userBehind(ends);
  return uid === undefined ? network : `${network} user ${uid}`;
}

/** The user of the other end of a connection within this machine; undefined: the system does not say. */
async function userBehind({ remoteIp, remotePort, localIp, localPort }: Ends): Promise<number | undefined> {
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map(path => readFile(path, 'latin1').catch(() => ''));
  const wanted = [
    `${hexOf(remoteIp)}:${hexPort(remotePort)} ${hexOf(localIp)}:${hexPort(localPort)}`,
    `${mappedHexOf(remoteIp)}:${hexPort(remotePort)} ${mappedHexOf(localIp)}:${hexPort(localPort)}`,
  ];
  for (const table of await Promise.all(tables)) {
    for (const ends of wanted) {
      const at = table.indexOf(` ${ends} `);
      if (at < 0) continue;
      const [, , , , , , uid, , inode] = table.slice(at + 1, table.indexOf('\n', at)).split(/ +/);
      // The uid of a socket without a process means nothing.
      if (inode !== '0') return Number(uid);
    }
  }
  return undefined;
}

function hexPort(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0');
}

const loopback6 = '00000000000000000000000001000000';

/** As in these tables: words of four bytes, each in the machine's byte order (little-endian where Waypost runs). */
function hexOf(ip: string): string {
  if (ip === '::1') return loopback6;
  const bytes = ip.split('.').map(Number).reverse();
  return Buffer.from(bytes).toString('hex').toUpperCase();
}

/** The same for an IPv4 address in an IPv6 socket. */
function mappedHexOf(ip: string): string {
  return ip === '::1' ? loopback6 : `0000000000000000FFFF0000${hexOf(ip)}`;
}
