// Finds a provider's servers for an address: in Waypost's own data by the domain, then by the domain's mail exchangers, then by SRV
// records (RFC 6186, RFC 8314), then by the names that such servers usually have. What is found is a suggestion.
import { domainToASCII } from 'node:url';
import { type FetchServer, type FoundServers, type MailServer, type PasswordKind, typedServer } from '../api/guide.ts';
import { type MailProvider, mailProviders } from './mail-providers.ts';

/** A record of RFC 2782. */
export interface SrvRecord {
  /** Empty or `.`: there is no such service. */
  readonly name: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

/** The DNS; what cannot be answered is empty. None of them throws. */
export interface GuideDns {
  mx(domain: string): Promise<readonly string[]>;
  srv(name: string): Promise<readonly SrvRecord[]>;
  hasAddress(host: string): Promise<boolean>;
}

const accountPassword: PasswordKind = {
  kind: 'account',
  says: 'Some providers want a password that is made for a program alone (an app password): their help says so.',
  url: '',
};

/** @param address one that has the form of one */
export async function findServers(address: string, dns: GuideDns): Promise<FoundServers> {
  const domain = domainOf(address);
  if (domain === '') return nothing(address);
  const known = mailProviders.find(({ domains }) => domains.includes(domain));
  if (known) return ofProvider(known, 'provider', address);
  const serving = providerServing(await dns.mx(domain));
  if (serving) return ofProvider(serving, 'exchanger', address);
  return (await bySrv(domain, address, dns)) ?? (await byNames(domain, address, dns)) ?? nothing(address);
}

function domainOf(address: string): string {
  return domainToASCII(address.slice(address.lastIndexOf('@') + 1)).toLowerCase();
}

function ofProvider({ title, sending, fetching, password }: MailProvider, by: 'provider' | 'exchanger', user: string) {
  return { by, title, user, password, sending, fetching: [...fetching] };
}

function nothing(user: string): FoundServers {
  return { by: 'nothing', title: '', user, password: accountPassword, sending: null, fetching: [] };
}

/** @param exchangers the first counts: a backup may be another company's */
function providerServing(exchangers: readonly string[]): MailProvider | undefined {
  const [first] = exchangers;
  const host = first?.toLowerCase().replace(/\.$/, '');
  return mailProviders.find(provider =>
    provider.exchangers.some(suffix => host === suffix || host?.endsWith(`.${suffix}`)),
  );
}

/** What the provider with this server wants for a password. */
export function passwordAt(host: string): PasswordKind {
  return mailProviders.find(({ sending }) => sending.host === host.toLowerCase())?.password ?? accountPassword;
}

const submission = [
  ['_submissions._tcp', 'implicit'],
  ['_submission._tcp', 'starttls'],
] as const;
const mailboxes = [
  ['_imaps._tcp', 'imap', 'implicit'],
  ['_imap._tcp', 'imap', 'starttls'],
  ['_pop3s._tcp', 'pop3', 'implicit'],
  ['_pop3._tcp', 'pop3', 'starttls'],
] as const;

async function bySrv(domain: string, user: string, dns: GuideDns): Promise<FoundServers | undefined> {
  const look = async (label: string) => bestOf(await dns.srv(`${label}.${domain}`));
  const [senders, readers] = await Promise.all([
    Promise.all(submission.map(async ([label, tls]) => serverIn(await look(label), tls))),
    Promise.all(
      mailboxes.map(async ([label, protocol, tls]) => {
        const server = serverIn(await look(label), tls);
        return server && { protocol, ...server };
      }),
    ),
  ]);
  const sending = senders.find(server => server !== undefined);
  if (!sending) return undefined;
  const fetching = onePerProtocol(readers.filter(server => server !== undefined));
  return { by: 'srv', title: '', user, password: accountPassword, sending, fetching };
}

function onePerProtocol(servers: readonly FetchServer[]): FetchServer[] {
  return servers.filter(({ protocol }, at) => servers.findIndex(other => other.protocol === protocol) === at);
}

/** The lowest priority, of these the greatest weight (RFC 2782, without its dice: every server must do). */
function bestOf(records: readonly SrvRecord[]): SrvRecord | undefined {
  return records.toSorted((a, b) => a.priority - b.priority || b.weight - a.weight)[0];
}

function serverIn(record: SrvRecord | undefined, tls: MailServer['tls']): MailServer | undefined {
  return record && typedServer(record.name.toLowerCase().replace(/\.$/, ''), String(record.port), tls);
}

/** The names that servers usually have; the ports are those of TLS from the start (RFC 8314). */
async function byNames(domain: string, user: string, dns: GuideDns): Promise<FoundServers | undefined> {
  const firstOf = async (labels: readonly string[]) => {
    const hosts = labels.map(label => `${label}.${domain}`);
    const exist = await Promise.all(hosts.map(host => dns.hasAddress(host)));
    return hosts.find((_, at) => exist[at]);
  };
  const [smtp, imap, pop3] = await Promise.all([
    firstOf(['smtp', 'mail']),
    firstOf(['imap', 'mail']),
    firstOf(['pop', 'pop3', 'mail']),
  ]);
  if (smtp === undefined) return undefined;
  return {
    ...{ by: 'names', title: '', user, password: accountPassword },
    sending: { host: smtp, port: 465, tls: 'implicit' },
    fetching: [
      ...(imap === undefined ? [] : [{ protocol: 'imap', host: imap, port: 993, tls: 'implicit' } as const]),
      ...(pop3 === undefined ? [] : [{ protocol: 'pop3', host: pop3, port: 995, tls: 'implicit' } as const]),
    ],
  };
}
