// Whom the turn-for lines of a link name.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLink } from '../../../../core/control/links/link-file.ts';
import { isInNetwork, linksTurnedBy } from '../../../../core/link/turn/turned-by.ts';

const networks: [ip: string, network: string, inside: boolean][] = [
  ['10.0.10.242', '10.0.10.242', true],
  ['10.0.10.243', '10.0.10.242', false],
  ['10.0.10.24', '10.0.10.242', false],
  ['10.0.10.242', '10.0.10.0/24', true],
  ['10.0.11.242', '10.0.10.0/24', false],
  ['10.0.11.242', '10.0.10.7/23', true],
  ['192.0.2.1', '0.0.0.0/0', true],
  ['::ffff:10.0.10.242', '10.0.10.242', true],
  ['::ffff:10.0.10.242', '10.0.10.0/24', true],
  ['10.0.10.242', '::ffff:10.0.10.242', true],
  ['10.0.10.242', '::ffff:10.0.10.0/120', true],
  ['10.0.11.242', '::ffff:10.0.10.0/120', false],
  ['10.0.11.242', '::ffff:10.0.10.0/64', false],
  ['fd00::1', 'FD00:0::0:1', true],
  ['fd00::2', 'fd00::1', false],
  ['fd00:0:0:1::2', 'fd00::/63', true],
  ['fd00:0:0:2::2', 'fd00::/63', false],
  ['fe80::1%eth0', 'fe80::1', true],
  ['fd00::1', '0.0.0.0/0', false],
  ['10.0.0.1', '::/0', false],
  ['unknown', '0.0.0.0/0', false],
  ['', '0.0.0.0/0', false],
];

test('turn-for: addresses and networks', () => {
  for (const [ip, network, inside] of networks) {
    assert.equal(isInNetwork(ip, network), inside, `${ip} in ${network}`);
  }
});

test('turn-for: address, login, certificate → the links that name the client', () => {
  const sha256 = 'ab'.repeat(32);
  const links = [
    parseLink('place', 'server client\nturn-for address 10.0.10.0/24').link,
    parseLink('person', `server client\nturn-for login ann\nturn-for certificate ${sha256}`).link,
    parseLink('plain', 'server 10.0.0.1').link,
  ];
  const turned = (sessionClient: Parameters<typeof linksTurnedBy>[1]) =>
    linksTurnedBy(links, sessionClient).map(({ name }) => name);
  assert.deepEqual(turned({ ip: '10.0.10.9' }), ['place']);
  assert.deepEqual(turned({ ip: '192.0.2.1' }), []);
  assert.deepEqual(turned({ ip: '192.0.2.1', login: 'ann' }), ['person']);
  assert.deepEqual(turned({ ip: '192.0.2.1', login: 'ann@here.example' }), []);
  assert.deepEqual(turned({ ip: '192.0.2.1', login: '' }), []);
  assert.deepEqual(turned({ ip: '10.0.10.9', certificate: sha256 }), ['place', 'person']);
  assert.deepEqual(turned({ ip: '192.0.2.1', certificate: 'cd'.repeat(32) }), []);
});
