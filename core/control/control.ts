// All control files of a home as one frozen value. Services get this value; they never read control files themselves.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openFileLimit } from '../lib/process/file-limit.ts';
import { UserError } from '../lib/user-error.ts';
import { lowerAscii } from '../message/address.ts';
import { silentConcurrencyLimit } from './concurrency-limit.ts';
import { type ControlFiles, controlFilesOfHome } from './control-files.ts';
import { type MoreRcptHosts, moreRcptHostsIn } from './morercpthosts.ts';

/** How many clients a service takes; 0 stands for no limit. */
export interface ConnectionLimits {
  /** Clients at the same time. */
  readonly total: number;
  /** Clients at the same time from one address of strangers (of IPv6: one /64 network). */
  readonly perAddress: number;
  /** Connections within a minute from one address of strangers. */
  readonly perMinute: number;
}

/** A qmail home's configuration at one moment. Strings are byte strings; keys of sets and maps are lower case. */
export interface Control {
  readonly me: string;
  readonly bounceFrom: string;
  readonly bounceHost: string;
  /** Waypost's own: how bounces are written. */
  readonly bounceFormat: 'qsbmf' | 'dsn';
  readonly concurrencyLocal: number;
  readonly concurrencyRemote: number;
  /** Largest message taken over the network, in bytes as stored; 0: no limit. */
  readonly dataBytes: number;
  /** Waypost's own: the most recipients of a message from the network, 0: no limit; undefined: there is no such file. */
  readonly maxRecipients: number | undefined;
  readonly defaultDomain: string;
  readonly defaultHost: string;
  readonly plusDomain: string;
  readonly idHost: string;
  readonly doubleBounceHost: string;
  readonly doubleBounceTo: string;
  readonly envNoAtHost: string;
  readonly heloHost: string;
  readonly localIpHost: string;
  readonly locals: ReadonlySet<string>;
  readonly percentHack: ReadonlySet<string>;
  readonly queueLifetimeSec: number;
  /** Domains (and `.suffixes`) that strangers may send to; undefined: there is no such file. */
  readonly rcptHosts: ReadonlySet<string> | undefined;
  /** More of them in a cdb file, for hosts with very many; asked only where there are `rcptHosts`. */
  readonly moreRcptHosts: MoreRcptHosts;
  readonly badMailFrom: ReadonlySet<string>;
  readonly smtpGreeting: string;
  /** Domain, `.suffix` or the empty key → `relay`, `relay:port` or empty (no route). */
  readonly smtpRoutes: ReadonlyMap<string, string>;
  /** The same for QMTP, preferred to smtpRoutes. */
  readonly qmtpRoutes: ReadonlyMap<string, string>;
  /** Address, domain, `.suffix` or the empty key → prepend, or empty (not virtual). */
  readonly virtualDomains: ReadonlyMap<string, string>;
  /** Addresses of QMQP servers, for qmail-qmqpc; undefined: there is no such file. */
  readonly qmqpServers: readonly string[] | undefined;
  readonly timeoutConnectSec: number;
  readonly timeoutRemoteSec: number;
  readonly timeoutSmtpdSec: number;
  /** What a user's mail comes to where no .qmail file says otherwise: .qmail lines, e.g. `./Maildir/`. */
  readonly defaultDelivery: string;
  /** Waypost's own: DNS servers to ask instead of the system's, `ip` or `ip:port`; undefined: the system's. */
  readonly resolvers: readonly string[] | undefined;
  /** How many clients the SMTP server takes; Waypost's own names. */
  readonly connectionLimits: ConnectionLimits;
  /** Waypost's own: how long clients of SMTP, QMTP and QMQP are asked about, by name and by ident; 0: they are not. */
  readonly clientNames: { readonly hostSec: number; readonly infoSec: number };
  /** Waypost's own: DNS lists that strangers are looked up in; options of rblsmtpd, or plain names. */
  readonly rbl: readonly string[];
  /** Waypost's own: clients that may relay, as IP addresses or prefixes that end in a dot or colon. */
  readonly relayClients: readonly string[];
  /** Waypost's own: how many recipients of one message at one host may share an SMTP transaction. */
  readonly remoteRecipients: number;
  /** Waypost's own: seconds after which a program of a .qmail line is ended; undefined: never. */
  readonly programTimeoutSec: number | undefined;
  /** Waypost's own: a relay for mail whose own host cannot be reached; a byte string as in smtproutes. */
  readonly fallbackRelay: string | undefined;
  /** Waypost's own: how long the host's logs are kept, and of how many bytes they may be before that. */
  readonly logDays: number;
  readonly logBytes: number;
  /** Waypost's own: who gets a copy of every message; undefined: nobody (qmail: QUEUE_EXTRA, when it is built). */
  readonly queueExtra: string | undefined;
  /** Waypost's own: the log has a hash of each message. */
  readonly logHashes: boolean;
  /** Waypost's own: the user whose Maildir the window shows. */
  readonly owner: string | undefined;
}

/** A client that waits longer than this gives up. */
const longestAskSec = 30;

/**
 * Reads `home/control`.
 * @throws UserError when `home` is not a qmail home or a control file cannot be read
 */
export function readControl(home: string): Control {
  const files = controlFilesOfHome(home);
  const me = files.line('me');
  if (!me)
    throw new UserError(`${join(home, 'control', 'me')} is missing or empty: it must hold the name of this host.`);
  return controlOf(home, files, me);
}

/**
 * What the files say. A program reads `me` once, when it starts, so it is handed in.
 * @throws UserError when a control file cannot be read
 */
export function controlOf(home: string, files: ControlFiles, me: string): Control {
  const directory = join(home, 'control');
  // Without the directory no file is missing: all of them are, and what they say is not known.
  if (!existsSync(directory)) throw new UserError(`${directory} is missing.`);
  return Object.freeze({ ...controlFrom(files, me), moreRcptHosts: moreRcptHostsIn(directory) });
}

function controlFrom(files: ControlFiles, me: string): Omit<Control, 'moreRcptHosts'> {
  const rcptHosts = files.list('rcpthosts');
  const maxConcurrency = silentConcurrencyLimit(openFileLimit());
  return {
    me,
    bounceFrom: files.line('bouncefrom') ?? 'MAILER-DAEMON',
    bounceHost: files.line('bouncehost') ?? me,
    bounceFormat: files.line('bounceformat') === 'dsn' ? 'dsn' : 'qsbmf',
    concurrencyLocal: Math.min(files.int('concurrencylocal') ?? 10, maxConcurrency),
    concurrencyRemote: Math.min(files.int('concurrencyremote') ?? 20, maxConcurrency),
    dataBytes: files.int('databytes') ?? 0,
    maxRecipients: files.int('maxrcpt'),
    defaultDomain: completingDomain(files.line('defaultdomain') ?? me, me),
    defaultHost: files.line('defaulthost') ?? me,
    plusDomain: files.line('plusdomain') ?? me,
    idHost: files.line('idhost') ?? me,
    doubleBounceHost: files.line('doublebouncehost') ?? me,
    doubleBounceTo: files.line('doublebounceto') ?? 'postmaster',
    envNoAtHost: files.line('envnoathost') ?? me,
    heloHost: files.line('helohost') ?? me,
    localIpHost: files.line('localiphost') ?? me,
    locals: lowerSet(files.list('locals') ?? [me]),
    percentHack: lowerSet(files.list('percenthack') ?? []),
    queueLifetimeSec: files.int('queuelifetime') ?? 604_800,
    rcptHosts: rcptHosts && lowerSet(rcptHosts),
    badMailFrom: lowerSet(files.list('badmailfrom') ?? []),
    smtpGreeting: files.line('smtpgreeting') ?? me,
    smtpRoutes: colonTable(files.list('smtproutes') ?? []),
    qmtpRoutes: colonTable(files.list('qmtproutes') ?? []),
    qmqpServers: files.list('qmqpservers'),
    virtualDomains: colonTable(files.list('virtualdomains') ?? []),
    timeoutConnectSec: files.int('timeoutconnect') ?? 60,
    timeoutRemoteSec: files.int('timeoutremote') ?? 1200,
    timeoutSmtpdSec: Math.max(files.int('timeoutsmtpd') ?? 1200, 1),
    ...localDeliveryIn(files),
    resolvers: files.list('resolvers'),
    connectionLimits: {
      total: files.int('concurrencyincoming') ?? 100,
      perAddress: files.int('concurrencyperip') ?? 20,
      perMinute: files.int('connectionrate') ?? 120,
    },
    clientNames: {
      hostSec: Math.min(files.int('tcpremotehost') ?? 0, longestAskSec),
      infoSec: Math.min(files.int('tcpremoteinfo') ?? 0, longestAskSec),
    },
    rbl: files.list('rbl') ?? [],
    relayClients: files.list('relayclients') ?? [],
    fallbackRelay: files.list('fallbackrelay')?.[0],
    remoteRecipients: Math.max(files.int('remoterecipients') ?? 1, 1),
    queueExtra: files.line('queueextra') || undefined,
    logHashes: (files.int('loghashes') ?? 0) > 0,
    logDays: files.int('logdays') ?? 14,
    logBytes: files.int('logbytes') ?? 268_435_456,
    owner: files.line('owner'),
  };
}

/** What deliveries to the users of this machine need. */
export function localDeliveryIn(files: ControlFiles): Pick<Control, 'defaultDelivery' | 'programTimeoutSec'> {
  return {
    defaultDelivery: files.list('defaultdelivery')?.join('\n') ?? './Mailbox',
    programTimeoutSec: files.int('programtimeout') || undefined,
  };
}

/** What completes a host without a dot. The name of a machine that has none itself completes nothing: `joe@vm.vm` is nobody. */
export function completingDomain(domain: string, me: string | undefined): string {
  return domain === me && !me.includes('.') ? '' : domain;
}

function lowerSet(lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.map(lowerAscii));
}

/** `key:value` lines; the value may hold more colons, lines without one are ignored, the last of equal keys wins. */
function colonTable(lines: readonly string[]): ReadonlyMap<string, string> {
  const table = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon >= 0) table.set(lowerAscii(line.slice(0, colon)), line.slice(colon + 1));
  }
  return table;
}
