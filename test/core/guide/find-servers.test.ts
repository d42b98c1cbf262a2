// Where the servers for an address come from.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findServers, type GuideDns, type SrvRecord } from '../../../core/guide/find-servers.ts';
import { mailProviders } from '../../../core/guide/mail-providers.ts';

interface Known {
  readonly mx?: Readonly<Record<string, readonly string[]>>;
  readonly srv?: Readonly<Record<string, readonly SrvRecord[]>>;
  readonly hosts?: readonly string[];
}

const dnsOf = ({ mx = {}, srv = {}, hosts = [] }: Known): GuideDns => ({
  mx: async domain => mx[domain] ?? [],
  srv: async name => srv[name] ?? [],
  hasAddress: async host => hosts.includes(host),
});

const record = (name: string, port: number, priority = 0, weight = 0): SrvRecord => ({ name, port, priority, weight });

const cases: readonly [circumstance: string, address: string, dns: Known, expected: readonly string[]][] = [
  [
    'a big provider',
    'ann@gmail.com',
    {},
    ['provider', 'smtp.gmail.com:465 implicit', 'imap imap.gmail.com:993', 'pop3 pop.gmail.com:995'],
  ],
  [
    'in capitals',
    'Ann@GMX.De',
    {},
    ['provider', 'mail.gmx.net:465 implicit', 'imap imap.gmx.net:993', 'pop3 pop.gmx.net:995'],
  ],
  [
    'a domain at a big provider',
    'ann@shore.example',
    { mx: { 'shore.example': ['in1-smtp.messagingengine.com.', 'x.google.com'] } },
    ['exchanger', 'smtp.fastmail.com:465 implicit', 'imap imap.fastmail.com:993', 'pop3 pop.fastmail.com:995'],
  ],
  [
    'a big provider as backup only, and no servers of its own',
    'ann@shore.example',
    { mx: { 'shore.example': ['mx.shore.example', 'x.google.com'] } },
    ['nothing', 'none'],
  ],
  [
    'SRV records: the best of each, TLS from the start before STARTTLS',
    'ann@shore.example',
    {
      srv: {
        '_submission._tcp.shore.example': [record('out.shore.example.', 587)],
        '_imaps._tcp.shore.example': [
          record('b.shore.example', 994, 10),
          record('a.shore.example', 993, 0, 1),
          record('c.shore.example', 993),
        ],
        '_imap._tcp.shore.example': [record('plain.shore.example', 143)],
        '_pop3s._tcp.shore.example': [record('.', 0)],
      },
      hosts: ['smtp.shore.example'],
    },
    ['srv', 'out.shore.example:587 starttls', 'imap a.shore.example:993'],
  ],
  [
    'usual names',
    'ann@shore.example',
    { hosts: ['mail.shore.example', 'imap.shore.example'] },
    ['names', 'mail.shore.example:465 implicit', 'imap imap.shore.example:993', 'pop3 mail.shore.example:995'],
  ],
  [
    'an international domain',
    'ann@küste.example',
    { hosts: ['smtp.xn--kste-0ra.example'] },
    ['names', 'smtp.xn--kste-0ra.example:465 implicit'],
  ],
  ['nothing', 'ann@shore.example', {}, ['nothing', 'none']],
  [
    'an SRV record whose target is not the name of a host',
    'ann@shore.example',
    { srv: { '_submission._tcp.shore.example': [record('\u001b[2Jout.example', 587)] } },
    ['nothing', 'none'],
  ],
];

for (const [circumstance, address, known, expected] of cases) {
  test(`findServers: ${circumstance} → ${expected.join(', ')}`, async () => {
    const { by, sending, fetching, user } = await findServers(address, dnsOf(known));
    const servers = fetching.map(({ protocol, host, port }) => `${protocol} ${host}:${port}`);
    const relay = sending ? `${sending.host}:${sending.port} ${sending.tls}` : 'none';
    assert.deepEqual([by, relay, ...servers], expected);
    assert.equal(user, address);
  });
}

test('mailProviders: all domains → in lower case, with one provider each, and their ports have their kind of TLS', () => {
  const domains = mailProviders.flatMap(provider => provider.domains);
  assert.equal(new Set(domains).size, domains.length);
  assert.deepEqual(
    domains.filter(domain => domain !== domain.toLowerCase()),
    [],
  );
  for (const { title, sending, fetching, password } of mailProviders) {
    assert.equal(sending.tls, sending.port === 465 ? 'implicit' : 'starttls', title);
    assert.ok(
      fetching.every(({ port }) => port === 993 || port === 995),
      title,
    );
    assert.ok(password.kind === 'account' || password.says !== '', title);
    assert.ok(password.url === '' || password.url.startsWith('https://'), title);
  }
});
