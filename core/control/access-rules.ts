// Whether a client may connect, and which variables its access rule sets (tcpserver -x). The rules of a service NAME are
// control/tcp.NAME.cdb, made by tcprules; without that file, the same rules as text in control/tcp.NAME. They are read again
// when the file changes. control/relayclients adds RELAYCLIENT for the addresses that it lists.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cdbInMemory } from '../lib/disk/cdb.ts';
import { markOf, missing, racy } from '../lib/disk/file-mark.ts';
import { longestText, readWholeFile } from '../lib/disk/read-whole-file.ts';
import { ipv6Networks, parseIpv6Network } from '../lib/net/ipv6.ts';
import type { Environment } from '../lib/net/tcp-environment.ts';
import { reasonOf } from '../lib/user-error.ts';
import { findTcpRule, parseTcpRules, rulesInCdb, rulesInRecords } from './tcp-rules.ts';

/** The services that have access rules of their own. */
export type RuledService = 'smtp' | 'qmtp' | 'qmqp' | 'pop3';

/** The verdict on one client; `environment` is all that is known about it, including its rule's variables. */
type Access =
  | {
      readonly kind: 'allowed';
      readonly environment: Environment;
      /** A rule matches the client. */
      readonly byRule: boolean;
    }
  | { readonly kind: 'denied' }
  /** The rules cannot be read: the client should be told to try again later. */
  | { readonly kind: 'unknown'; readonly reason: string };

/**
 * Asks about one client, by its TCPREMOTEIP (and TCPREMOTEHOST and TCPREMOTEINFO, where they are known). Never throws.
 * @param relayClients control/relayclients, where the service relays
 */
export type CheckAccess = (client: Environment, relayClients?: readonly string[]) => Access;

/** A program has made it, perhaps of a list of whole countries. It is kept in memory. */
const largestDatabase = 512 * 1024 * 1024;

type FindRule = ReturnType<typeof rulesInCdb>;

/** The rules of one service of a home. */
export function openAccessRules(home: string, name: RuledService): CheckAccess {
  const text = join(home, 'control', `tcp.${name}`);
  const database = createRulesFile(`${text}.cdb`, largestDatabase, raw => rulesInCdb(cdbInMemory(raw)));
  const lines = createRulesFile(text, longestText, raw => rulesInRecords(parseTcpRules(raw.toString('latin1'))));

  return (client, relayClients = []) => {
    try {
      const find = database() ?? lines();
      const rule = find && findTcpRule(find, client);
      if (rule?.denied) return { kind: 'denied' };
      const relay = isListed(relayClients, client.TCPREMOTEIP ?? '') ? { RELAYCLIENT: '' } : {};
      const environment = { ...client, ...relay, ...Object.fromEntries(rule?.variables ?? []) };
      return { kind: 'allowed', environment, byRule: rule !== undefined };
    } catch (error) {
      return { kind: 'unknown', reason: `unable to read the access rules control/tcp.${name}: ${reasonOf(error)}` };
    }
  };
}

/** Whether the service has access rules, whatever they say. */
export function hasAccessRules(home: string, name: RuledService): boolean {
  return ['', '.cdb'].some(end => existsSync(join(home, 'control', `tcp.${name}${end}`)));
}

/** Entries are whole addresses, prefixes that end in a dot or colon, or IPv6 networks. */
function isListed(entries: readonly string[], ip: string): boolean {
  return entries.some(entry => entry === ip || (/[.:]$/.test(entry) && ip.startsWith(entry)) || isInNetwork(ip, entry));
}

/** `2001:db8:0:1::/64` */
function isInNetwork(ip: string, entry: string): boolean {
  const network = parseIpv6Network(entry);
  return network !== undefined && ipv6Networks(ip).includes(network);
}

/** A file as it is now, parsed once for each change; undefined: it does not exist. Throws each time it cannot be used. */
function createRulesFile(
  path: string,
  largestBytes: number,
  parse: (raw: Buffer) => FindRule,
): () => FindRule | undefined {
  let seen: { readonly mark: string; readonly rules: FindRule } | undefined;
  return () => {
    const mark = markOf(path, Date.now());
    if (mark === missing) return undefined;
    if (mark === racy || seen?.mark !== mark) seen = { mark, rules: parse(readWholeFile(path, largestBytes)) };
    return seen.rules;
  };
}
