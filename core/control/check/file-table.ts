// What each control file means, in words (the table of qmail-showctl). A file that is not here is never read.

/** How a file is read, what stands for a missing one, and what it says. `{}` in `says` is the value. */
export interface FileRow {
  readonly kind: 'line' | 'int' | 'list';
  /** The value of a missing file: `me` stands for the name of this host. For a list: the sentence. */
  readonly initial: string;
  readonly says: string;
}

export const fileTable: Readonly<Record<string, FileRow>> = {
  badmailfrom: list('Any MAIL FROM is allowed.', '{} not accepted in MAIL FROM.'),
  bounceformat: line('qsbmf', 'Bounces are written as {}.'),
  bouncefrom: line('MAILER-DAEMON', 'Bounce user name is {}.'),
  bouncehost: line('me', 'Bounce host name is {}.'),
  concurrencyincoming: int('100', 'At most {} SMTP clients at the same time.'),
  concurrencylocal: int('10', 'Local concurrency is {}.'),
  concurrencyperip: int('20', 'At most {} SMTP clients at the same time from one address of strangers.'),
  concurrencyremote: int('20', 'Remote concurrency is {}.'),
  connectionrate: int('120', 'At most {} SMTP connections in a minute from one address of strangers.'),
  databytes: int('0', 'SMTP DATA limit is {} bytes.'),
  defaultdelivery: list('Mail for users without .qmail is delivered to ./Mailbox.', 'Default delivery: {}'),
  defaultdomain: line('me', 'Default domain name is {}.'),
  defaulthost: line('me', 'Default host name is {}.'),
  doublebouncehost: line('me', '2B recipient host: {}.'),
  doublebounceto: line('postmaster', '2B recipient user: {}.'),
  envnoathost: line('me', 'Presumed domain name is {}.'),
  fallbackrelay: list(
    'There is no fallback relay for hosts that cannot be reached.',
    'Fallback relay for hosts that cannot be reached: {}.',
  ),
  helohost: line('me', 'SMTP client HELO host name is {}.'),
  idhost: line('me', 'Message-ID host name is {}.'),
  localiphost: line('me', 'Local IP address becomes {}.'),
  locals: list('Messages for me are delivered locally.', 'Messages for {} are delivered locally.'),
  logbytes: int('268435456', 'Logs are kept up to {} bytes each.'),
  logdays: int('14', 'Logs are kept for {} days.'),
  loghashes: int('0', 'Hashes of messages are logged (0: they are not): {}.'),
  maxrcpt: int(
    '1000 from strangers; no limit for this machine, relay clients and logins',
    'Most recipients of a message from the network (0 means no limit): {}.',
  ),
  me: line('undefined! Uh-oh', 'My name is {}.'),
  morercpthosts: list('No effect.', 'SMTP clients may send messages to recipients at {}.'),
  owner: line('the user who runs the host', 'The window shows the mail of {}.'),
  percenthack: list('The percent hack is not allowed.', 'The percent hack is allowed for user%host@{}.'),
  plusdomain: line('me', 'Plus domain name is {}.'),
  programtimeout: int('0', 'Programs of .qmail lines are ended after {} seconds; 0: never.'),
  qmqpservers: list('No QMQP servers.', 'QMQP server: {}.'),
  qmtproutes: list('No mail goes by QMTP.', 'QMTP route: {}'),
  queueextra: line('no address', 'A copy of every message goes to {}.'),
  queuelifetime: int('604800', 'Message lifetime in the queue is {} seconds.'),
  rbl: list('No DNS lists are asked about SMTP clients.', 'SMTP clients are looked up in DNS lists: {}'),
  rcpthosts: list(
    'SMTP clients may send messages to what is delivered here. (qmail would let them send to any recipient.)',
    'SMTP clients may send messages to recipients at {}.',
  ),
  relayclients: list('No SMTP client may relay.', 'SMTP clients at {} may send messages to any recipient.'),
  remoterecipients: int('1', 'Up to {} recipients of a message at one host share a transaction.'),
  resolvers: list("The system's DNS servers are asked.", 'DNS server: {}.'),
  smtpgreeting: line('me', 'SMTP greeting: 220 {}.'),
  smtproutes: list('No artificial SMTP routes.', 'SMTP route: {}'),
  tcpremotehost: int('0', 'Client names are looked up for at most {} seconds (0: they are not looked up).'),
  tcpremoteinfo: int('0', 'Client ident servers are asked for at most {} seconds (0: they are not asked).'),
  timeoutconnect: int('60', 'SMTP client connection timeout is {} seconds.'),
  timeoutremote: int('1200', 'SMTP client data timeout is {} seconds.'),
  timeoutsmtpd: int('1200', 'SMTP server data timeout is {} seconds.'),
  virtualdomains: list('No virtual domains.', 'Virtual domain: {}'),
};

/** Files that are there for others than the host: read by programs of their own. */
export const otherFiles: Readonly<Record<string, string>> = {
  parseas: "The user that parses strangers' messages, in a host that root starts.",
  rewrite: 'Rules by which new-inject and ofmipd rewrite addresses.',
  runas: 'The user that a host started by root runs as.',
};

/** `tcp.smtp`, `tcp.smtp.cdb`, … */
export const accessFile = /^tcp\.(?:smtp|qmtp|qmqp|pop3)(?:\.cdb)?$/;

function line(initial: string, says: string): FileRow {
  return { kind: 'line', initial, says };
}

function int(initial: string, says: string): FileRow {
  return { kind: 'int', initial, says };
}

function list(initial: string, says: string): FileRow {
  return { kind: 'list', initial, says };
}
