// All control files, one entry each: the field of `Control` that it becomes, when it is read, what applies without it, and
// what it says in words. Reading, rereading, qmail-showctl, the check of the configuration and the tests of the guides derive
// from this table. A file that is not here is never read.
import { openFileLimit } from '../lib/process/file-limit.ts';
import { silentConcurrencyLimit } from './concurrency-limit.ts';
import { domainCerts, shownDomainCert } from './domain-certs.ts';
import { domainIps, localIp } from './domain-ips.ts';
import {
  type ControlFile,
  colonTable,
  int,
  line,
  list,
  lowerSet,
  me,
  names,
  optionalInt,
  optionalLine,
  type ReadAt,
  routes,
} from './file-kinds.ts';
import { type ForcedSenders, forcedSenders } from './forced-senders.ts';
import { carriedTable } from './links/carried.ts';
import type { ControlFiles } from './read-control-files.ts';
import { parseRoute, routeTable } from './routes.ts';
import { type TlsDestinations, tlsDestinations } from './tls-destinations.ts';

/** A client that waits longer than this disconnects. */
const longestNameLookupSec = 30;

const atMostConcurrency = (count: number) => Math.min(count, silentConcurrencyLimit(openFileLimit()));
const atMostNameLookup = (seconds: number) => Math.min(seconds, longestNameLookupSec);
const atLeastOne = (count: number) => Math.max(count, 1);

/** The files that the host reads. */
export const hostFiles = {
  me: line('me', 'start', 'undefined! Uh-oh', 'My name is {}.', (_text, host) => host),
  /** Waypost's own (nullmailer has a file of this name): who gets mail for root and other users of the system. */
  adminaddr: optionalLine(
    'adminAddress',
    'hup',
    'no address',
    'Mail for root and other users of the system without a rule goes to {}.',
    text => text || undefined,
  ),
  /** Waypost's own: the address that mail written on this machine must be from, for a relay or everywhere. */
  allmailfrom: {
    ...names(
      'forcedSenders',
      'delivery',
      'Mail to other hosts keeps its senders.',
      'Mail that is written on this machine goes out from {}.',
      () => forcedSenders([]),
    ),
    value: (files: ControlFiles, name: string): ForcedSenders => forcedSenders(files.numbered(name)),
  },
  /** s/qmail's: sender, `@domain`, `.suffix` or the empty key → relay with a login; before smtproutes. */
  authsenders: routes('authSenders', 'The relay does not depend on the sender.', 'Relay for a sender: {}', routeTable),
  badmailfrom: names(
    'badMailFrom',
    'connection',
    'Any MAIL FROM is allowed.',
    '{} not accepted in MAIL FROM.',
    lowerSet,
  ),
  /** Waypost's own: how bounces are written. */
  bounceformat: line('bounceFormat', 'hup', 'qsbmf', 'Bounces are written as {}.', text =>
    text === 'dsn' ? 'dsn' : 'qsbmf',
  ),
  bouncefrom: line('bounceFrom', 'hup', 'MAILER-DAEMON', 'Bounce user name is {}.'),
  bouncehost: line('bounceHost', 'hup', me, 'Bounce host name is {}.'),
  /** Waypost's own: clients at the same time; 0: no limit. */
  concurrencyincoming: int('concurrencyIncoming', 'connection', 100, 'At most {} SMTP clients at the same time.'),
  concurrencylocal: int('concurrencyLocal', 'hup', 10, 'Local concurrency is {}.', atMostConcurrency),
  /** Waypost's own: the same from one address of strangers (of IPv6: one /64 network). */
  concurrencyperip: int(
    'concurrencyPerIp',
    'connection',
    20,
    'At most {} SMTP clients at the same time from one address of strangers.',
  ),
  concurrencyremote: int('concurrencyRemote', 'hup', 20, 'Remote concurrency is {}.', atMostConcurrency),
  /** Waypost's own: 0: no limit. */
  connectionrate: int(
    'connectionRate',
    'connection',
    120,
    'At most {} SMTP connections in a minute from one address of strangers.',
  ),
  /** The largest message taken over the network, in bytes as stored; 0: no limit. */
  databytes: int('dataBytes', 'connection', 0, 'SMTP DATA limit is {} bytes.'),
  /** .qmail lines for the mail of users without a .qmail file, e.g. `./Maildir/`. */
  defaultdelivery: list(
    'defaultDelivery',
    'hup',
    'Mail for users without .qmail is delivered to ./Mailbox.',
    'Default delivery: {}',
    lines => lines?.join('\n') ?? './Mailbox',
  ),
  defaultdomain: line('defaultDomain', 'message', me, 'Default domain name is {}.', completingDomain),
  defaulthost: line('defaultHost', 'message', me, 'Default host name is {}.'),
  /** s/qmail's: sender's domain, `.suffix` or `*` → the certificate that servers are shown. */
  domaincerts: {
    ...list(
      'domainCerts',
      'delivery',
      'No certificate is shown to servers.',
      'Certificate for servers: {}',
      domainCerts,
    ),
    shown: shownDomainCert,
  },
  /** Waypost's own: 0: the sender is not told. */
  delaynotice: int(
    'delayNoticeSec',
    'hup',
    14_400,
    'The sender is told after {} seconds that a message is not delivered yet (0: is not told).',
  ),
  /** s/qmail's: sender's domain, `.suffix` or `*` → the local address of connections, and the name that is said there. */
  domainips: names(
    'domainIps',
    'delivery',
    'The local address of connections does not depend on the sender.',
    'Local address and HELO host name for a sender: {}',
    domainIps,
  ),
  doublebouncehost: line('doubleBounceHost', 'hup', me, '2B recipient host: {}.'),
  doublebounceto: line('doubleBounceTo', 'hup', 'postmaster', '2B recipient user: {}.'),
  envnoathost: line('envNoAtHost', 'hup', me, 'Presumed domain name is {}.'),
  /** Waypost's own: a relay for mail whose own host cannot be reached, written as in smtproutes. */
  fallbackrelay: routes(
    'fallbackRelay',
    'There is no fallback relay for hosts that cannot be reached.',
    'Fallback relay for hosts that cannot be reached: {}.',
    lines => parseRoute(lines?.[0] ?? ''),
  ),
  helohost: line('heloHost', 'delivery', me, 'SMTP client HELO host name is {}.'),
  /** Waypost's own: addresses at providers, whose mail comes from there; the first is in From unless another is chosen. */
  identities: names(
    'identities',
    'hup',
    'The owner has no addresses at providers.',
    'Address at a provider: {}.',
    (lines = []) => lines,
  ),
  idhost: line('idHost', 'message', me, 'Message-ID host name is {}.'),
  localiphost: line('localIpHost', 'connection', me, 'Local IP address becomes {}.'),
  locals: names(
    'locals',
    'hup',
    'Messages for me are delivered locally.',
    'Messages for {} are delivered locally.',
    (lines, host) => lowerSet(lines ?? [host]),
  ),
  /** Waypost's own: how many bytes each log may have before its oldest files are removed. */
  logbytes: int('logBytes', 'hup', 268_435_456, 'Logs are kept up to {} bytes each.'),
  /** Waypost's own. */
  logdays: int('logDays', 'hup', 14, 'Logs are kept for {} days.'),
  /** Waypost's own: true: the log has a hash of each message. */
  loghashes: int('logHashes', 'hup', 0, 'Hashes of messages are logged (0: they are not): {}.', value => value > 0),
  /** Waypost's own: 0: no limit; undefined: it depends on the client. */
  maxrcpt: optionalInt(
    'maxRecipients',
    'connection',
    '1000 from strangers; no limit for this machine, relay clients and logins',
    'Most recipients of a message from the network (0 means no limit): {}.',
  ),
  /** Waypost's own: the user whose Maildir the window shows. */
  owner: optionalLine('owner', 'start', 'the user who runs the host', 'The window shows the mail of {}.'),
  /** netqmail's (patch outgoingip): the local address of all connections that domainips says nothing about. */
  outgoingip: optionalLine(
    'outgoingIp',
    'delivery',
    'the one that the system chooses',
    'The local address of connections to other hosts is {}.',
    text => (text ? localIp(text) : undefined),
  ),
  percenthack: names(
    'percentHack',
    'hup',
    'The percent hack is not allowed.',
    'The percent hack is allowed for user%host@{}.',
    lowerSet,
  ),
  plusdomain: line('plusDomain', 'message', me, 'Plus domain name is {}.'),
  /** Waypost's own: after this many seconds a program of a .qmail line is ended; undefined: never. */
  programtimeout: int(
    'programTimeoutSec',
    'hup',
    0,
    'Programs of .qmail lines are ended after {} seconds; 0: never.',
    seconds => seconds || undefined,
  ),
  /** Addresses of QMQP servers, for qmail-qmqpc; undefined: there is no such file. */
  qmqpservers: names('qmqpServers', 'message', 'No QMQP servers.', 'QMQP server: {}.', lines => lines),
  /** As smtproutes, for QMTP; preferred to smtproutes. */
  qmtproutes: routes('qmtpRoutes', 'No mail goes by QMTP.', 'QMTP route: {}', routeTable),
  /** Waypost's own: an address that gets a copy of every message (qmail: QUEUE_EXTRA, at compile time). */
  queueextra: optionalLine(
    'queueExtra',
    'hup',
    'no address',
    'A copy of every message goes to {}.',
    text => text || undefined,
  ),
  queuelifetime: int('queueLifetimeSec', 'hup', 604_800, 'Message lifetime in the queue is {} seconds.'),
  /** Waypost's own: DNS lists in which strangers are looked up; options of rblsmtpd, or plain names. */
  rbl: list(
    'rbl',
    'connection',
    'No DNS lists are asked about SMTP clients.',
    'SMTP clients are looked up in DNS lists: {}',
    (lines = []) => lines,
  ),
  /** Domains (and `.suffixes`) that strangers may send to; undefined: there is no such file. */
  rcpthosts: names(
    'rcptHosts',
    'connection',
    'SMTP clients may send messages to what is delivered here. (qmail would let them send to any recipient.)',
    'SMTP clients may send messages to recipients at {}.',
    lines => lines && lowerSet(lines),
  ),
  /** Waypost's own: clients that may relay: IP addresses, prefixes that end in a dot or colon, IPv6 networks. */
  relayclients: names(
    'relayClients',
    'connection',
    'No SMTP client may relay.',
    'SMTP clients at {} may send messages to any recipient.',
    (lines = []) => lines,
  ),
  /** Waypost's own: how many recipients of one message at one host or relay share an SMTP transaction. */
  remoterecipients: int(
    'remoteRecipients',
    'delivery',
    100,
    'Up to {} recipients of a message at one host or relay share a transaction.',
    atLeastOne,
  ),
  /** Waypost's own: DNS servers to ask, `ip` or `ip:port`; undefined: the system's. */
  resolvers: names('resolvers', 'delivery', "The system's DNS servers are asked.", 'DNS server: {}.', lines => lines),
  smtpgreeting: line('smtpGreeting', 'connection', me, 'SMTP greeting: 220 {}.'),
  /** Domain, `.suffix` or the empty key → relay, with port and login, or empty (no route). */
  smtproutes: routes('smtpRoutes', 'No artificial SMTP routes.', 'SMTP route: {}', routeTable),
  /** Waypost's own: how long the DNS is asked for the name of a client; 0: it is not. */
  tcpremotehost: int(
    'remoteHostSec',
    'connection',
    0,
    'Client names are looked up for at most {} seconds (0: they are not looked up).',
    atMostNameLookup,
  ),
  /** Waypost's own: how long the client's ident server is asked; 0: it is not. */
  tcpremoteinfo: int(
    'remoteInfoSec',
    'connection',
    0,
    'Client ident servers are asked for at most {} seconds (0: they are not asked).',
    atMostNameLookup,
  ),
  timeoutconnect: int('timeoutConnectSec', 'delivery', 60, 'SMTP client connection timeout is {} seconds.'),
  timeoutremote: int('timeoutRemoteSec', 'delivery', 1200, 'SMTP client data timeout is {} seconds.'),
  timeoutsmtpd: int('timeoutSmtpdSec', 'connection', 1200, 'SMTP server data timeout is {} seconds.', atLeastOne),
  /** Ciphers of OpenSSL for mail that is sent, where a line of tlsdestinations has none. */
  tlsclientciphers: optionalLine(
    'tlsClientCiphers',
    'delivery',
    'those of Node',
    'TLS ciphers for mail to other hosts: {}.',
    text => text || undefined,
  ),
  /** s/qmail's: host, relay or a key for everybody → whether TLS must be, and with which certificate. */
  tlsdestinations: {
    ...list('tlsDestinations', 'delivery', 'TLS is used where a server offers it.', 'TLS: {}', () =>
      tlsDestinations([]),
    ),
    value: (files: ControlFiles, name: string): TlsDestinations => tlsDestinations(files.numbered(name)),
  },
  /** Address, domain, `.suffix` or the empty key → prepend, or empty (not virtual). */
  virtualdomains: {
    ...names('virtualDomains', 'hup', 'No virtual domains.', 'Virtual domain: {}', colonTable),
    /** What links carry is virtual too; a line of the file comes first. */
    value: (files: ControlFiles, name: string): ReadonlyMap<string, string> =>
      new Map([...colonTable(files.list(carriedTable)), ...colonTable(files.list(name))]),
  },
} as const;

export type HostFileName = keyof typeof hostFiles;

/** Every file that has a value: those of the host, and the source of morercpthosts.cdb. */
export const controlFileTable: Readonly<Record<string, ControlFile>> = {
  ...hostFiles,
  morercpthosts: {
    kind: 'list',
    readAt: 'connection',
    initial: 'No effect.',
    says: 'SMTP clients may send messages to recipients at {}.',
    isOfNames: true,
  },
};

/** Files of control/ that are not read as a value of the host, in words. */
export const otherFiles: Readonly<Record<string, string>> = {
  'clientcert.pem': 'A certificate and its key for servers that ask for one when mail is sent to them.',
  fetch: 'The directory of the accounts whose mail is fetched, a file for each.',
  links: 'The directory of the links that come and go, a file for each.',
  notlshosts: 'The directory of the servers that are not asked for TLS, an empty file for each.',
  notlshosts_auto: 'Nothing: control/notlshosts is read, and Waypost never writes to it.',
  parseas: "The user that parses strangers' messages, in a host that root starts.",
  rewrite: 'Rules by which new-inject and ofmipd rewrite addresses.',
  runas: 'The user that a host started by root runs as.',
  tlshosts: 'The directory of the servers that must have TLS, with the CAs of each in NAME.pem.',
};

/** The access rules of a service: `tcp.smtp`, `tcp.smtp.cdb`, … */
export const accessRulesFile = /^tcp\.(?:smtp|qmtp|qmqp|pop3)(?:\.cdb)?$/;

/** The files that the host reads at that moment. */
export function filesReadAt(moment: ReadAt): readonly HostFileName[] {
  return (Object.keys(hostFiles) as HostFileName[]).filter(name => hostFiles[name].readAt === moment);
}

/** What completes a host without a dot. A name of this machine without a dot completes nothing: `joe@vm.vm` does not exist. */
export function completingDomain(domain: string, host: string | undefined): string {
  return domain === host && !host.includes('.') ? '' : domain;
}
