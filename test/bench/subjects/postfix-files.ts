// The two configuration files of a private Postfix: its defaults, except its paths and its users.
import { hostName, remoteDomain } from '../addresses.ts';

export interface PostfixFacts {
  /** Absolute directory with etc, spool, data and mail below it. */
  readonly root: string;
  readonly port: number;
  readonly relayPort: number;
  readonly oneConnection?: boolean;
  /** As whom mail is written into the Maildir. */
  readonly mailUid: number;
}

/** @param facts `holding`: everything that comes in is put on hold */
export function mainCf(facts: PostfixFacts & { readonly holding: boolean }): string {
  const { root, mailUid } = facts;
  return lines({
    compatibility_level: '3.6',
    queue_directory: `${root}/spool`,
    data_directory: `${root}/data`,
    maillog_file: `${root}/maillog`,
    maillog_file_prefixes: root,
    myhostname: hostName,
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    mynetworks: '127.0.0.0/8',
    mydestination: '',
    alias_maps: '',
    alias_database: '',
    virtual_mailbox_domains: `${hostName}, fan.example`,
    virtual_mailbox_base: `${root}/mail`,
    virtual_mailbox_maps: 'static:Maildir/',
    virtual_minimum_uid: '1',
    virtual_uid_maps: `static:${mailUid}`,
    virtual_gid_maps: `static:${mailUid}`,
    transport_maps: `inline:{ {drop.example=discard:}, {${remoteDomain}=smtp:[127.0.0.1]:${facts.relayPort}} }`,
    smtpd_recipient_limit: '20000',
    message_size_limit: '0',
    virtual_mailbox_limit: '0',
    ...(facts.oneConnection && { default_destination_concurrency_limit: '1' }),
    ...(facts.holding && { smtpd_client_restrictions: 'check_client_access static:HOLD' }),
  });
}

function lines(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('');
}

/** Debian's services without chroot, and only those that are needed here. */
export function masterCf({ port }: PostfixFacts): string {
  return `127.0.0.1:${port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`;
}
