// Mail to servers with TLSA records, with a scripted resolver and a server on loopback.
import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { createDial } from '../../../../core/conversation/channel.ts';
import { systemClock } from '../../../../core/lib/clock.ts';
import { openDane } from '../../../../core/remote/dane/dane.ts';
import { createRemoteExplain } from '../../../../core/remote/explain-remote.ts';
import { issue } from '../../../support/certificates.ts';
import { writeControl } from '../../../support/queue-rig.ts';
import { remoteRig } from '../../../support/remote-rig.ts';
import { records, type SecureZone, startSecureDns } from '../../../support/secure-dns.ts';
import { type PeerScript, startPeer } from '../../../support/smtp-peer.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const ca = issue({ subject: 'A CA', isCa: true });
const server = issue({ subject: 'mx.far.example', issuer: ca });
const stranger = issue({ subject: 'mx.far.example' });
const wrongName = issue({ subject: 'mx.other.example', issuer: ca });

function keyOf({ cert }: { cert: string }): string {
  const der = new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('hex');
}

const tlsaName = '_25._tcp.mx.far.example';
const tlsa = (usage: number, of: { cert: string }) => ({ answers: [records.tlsa(tlsaName, usage, 1, 1, keyOf(of))] });

const base: SecureZone = {
  'far.example MX': { answers: [records.mx('far.example', 'mx.far.example')] },
  'mx.far.example A': { answers: [records.a('mx.far.example', '127.0.0.1')] },
  'mx.far.example AAAA': {},
};

const withTls = (of: { cert: string; key: string }): PeerScript => ({
  ehlo: '250-mx.far.example\r\n250 STARTTLS',
  starttls: '220 go',
  tls: { cert: `${of.cert}${ca.cert}`, key: of.key },
});
const inTheClear: PeerScript = { ehlo: '250 mx.far.example' };

interface Case {
  readonly zone: SecureZone;
  readonly script: PeerScript;
  readonly control?: Readonly<Record<string, string>>;
  /** The certificate of the session, or what the deferral says. */
  readonly expected: string | RegExp;
  readonly explained: RegExp | undefined;
}

const asRecords = /^mx\.far\.example must have TLS, with the certificate that its TLSA records name \(DANE\)\.$/;
const notTried =
  /^mx\.far\.example (?:was|is) not tried: the resolver has no answer that can be trusted for the (?:A|MX|TLSA) records of .*\(DANE\)\./;

const cases: [what: string, given: Case][] = [
  [
    "the server's own key",
    {
      zone: { [`${tlsaName} TLSA`]: tlsa(3, server) },
      script: withTls(server),
      expected: 'dane',
      explained: asRecords,
    },
  ],
  [
    'the key of its CA',
    { zone: { [`${tlsaName} TLSA`]: tlsa(2, ca) }, script: withTls(server), expected: 'dane', explained: asRecords },
  ],
  [
    'the key of a CA whose certificate has another name',
    {
      zone: { [`${tlsaName} TLSA`]: tlsa(2, ca) },
      script: withTls(wrongName),
      expected:
        /cannot be verified: the certificate is not for mx\.far\.example or far\.example\. TLS is required by the TLSA records of mx\.far\.example \(DANE\)\. \(#4\.7\.5\)/,
      explained: asRecords,
    },
  ],
  [
    'the key of a CA that has not signed it',
    {
      zone: { [`${tlsaName} TLSA`]: tlsa(2, ca) },
      script: withTls(stranger),
      expected: /the certificate is not what the TLSA records say/,
      explained: asRecords,
    },
  ],
  [
    'another key',
    {
      zone: { [`${tlsaName} TLSA`]: tlsa(3, stranger) },
      script: withTls(server),
      expected: /cannot be verified: the certificate is not what the TLSA records say\./,
      explained: asRecords,
    },
  ],
  [
    'no STARTTLS',
    {
      zone: { [`${tlsaName} TLSA`]: tlsa(3, server) },
      script: inTheClear,
      expected: /does not offer TLS\. TLS is required by the TLSA records of mx\.far\.example \(DANE\)\. \(#4\.7\.10\)/,
      explained: asRecords,
    },
  ],
  [
    'records that cannot be used',
    {
      zone: { [`${tlsaName} TLSA`]: tlsa(1, server) },
      script: withTls(stranger),
      expected: 'unverified',
      explained: /^mx\.far\.example must have TLS, with any certificate: its TLSA records cannot be used \(DANE\)\.$/,
    },
  ],
  [
    'bogus records',
    { zone: { [`${tlsaName} TLSA`]: { rcode: 2 } }, script: withTls(server), expected: notTried, explained: notTried },
  ],
  [
    'addresses whose other kind is bogus',
    {
      zone: { 'mx.far.example AAAA': { rcode: 2 } },
      script: withTls(server),
      expected: /not tried: .* the AAAA records of/,
      explained: /not tried: .* the AAAA records of/,
    },
  ],
  ['no records', { zone: {}, script: inTheClear, expected: 'none', explained: undefined }],
  [
    'records that nobody vouches for',
    {
      zone: { [`${tlsaName} TLSA`]: { ...tlsa(3, stranger), isSecure: false } },
      script: inTheClear,
      expected: 'none',
      explained: undefined,
    },
  ],
  [
    'exchangers that nobody vouches for',
    {
      zone: {
        'far.example MX': { answers: [records.mx('far.example', 'mx.far.example')], isSecure: false },
        [`${tlsaName} TLSA`]: tlsa(3, stranger),
      },
      script: inTheClear,
      expected: 'none',
      explained: undefined,
    },
  ],
  [
    'records at the name behind an alias',
    {
      zone: {
        'mx.far.example A': {
          answers: [records.cname('mx.far.example', 'real.example'), records.a('real.example', '127.0.0.1')],
        },
        '_25._tcp.real.example TLSA': { answers: [records.tlsa('_25._tcp.real.example', 3, 1, 1, keyOf(server))] },
        [`${tlsaName} TLSA`]: tlsa(3, stranger),
      },
      script: withTls(server),
      expected: 'dane',
      explained: asRecords,
    },
  ],
  [
    'a line of tlsdestinations about the domain: it counts instead',
    {
      zone: { [`${tlsaName} TLSA`]: tlsa(3, stranger) },
      script: inTheClear,
      control: { tlsdestinations: '!far.example:\n' },
      expected: 'none',
      explained: undefined,
    },
  ],
  [
    'a line of tlsdestinations for everybody with another port: the records are of port 25',
    {
      zone: { [`${tlsaName} TLSA`]: tlsa(3, stranger) },
      script: inTheClear,
      control: { tlsdestinations: '-:||;587\n' },
      expected: 'none',
      explained: undefined,
    },
  ],
];

for (const [what, { zone, script, control: files, expected, explained }] of cases) {
  test(`DANE: ${what} → ${typeof expected === 'string' ? expected : 'mail waits'}`, async t => {
    const dns = await startSecureDns(t, { ...base, ...zone });
    const peer = await startPeer(t, script);
    const dial = createDial(systemClock);
    const given = { ...files, resolvers: `${dns.place}\n` };
    const home = tempDir(t);
    const control = writeControl(home, given);
    const daneFor = openDane(() => control, systemClock);
    const localAddresses = () => ['192.0.2.1'];
    const rig = remoteRig(t, {
      control: given,
      deps: {
        resolver: undefined,
        daneFor,
        localAddresses,
        dial: (ip, _port, ...rest) => dial(ip, peer.port, ...rest),
      },
    });
    const outcome = await rig.deliver('joe@far.example');
    if (typeof expected === 'string') {
      assert.equal(outcome.kind, 'done', outcome.text);
      assert.equal(outcome.tls?.certificate ?? 'none', expected);
    } else {
      assert.equal(outcome.kind, 'later');
      assert.match(outcome.text, expected);
      assert.ok(peer.sessions.every(({ wire }) => wire === undefined));
    }
    const explain = createRemoteExplain({ home, control: () => control, localAddresses, daneFor });
    const { steps } = await explain({ sender: 'a@b.example', host: 'far.example' }, true);
    const step = steps.find(({ stage, says }) => stage === 'dns' && says.includes('(DANE)'));
    if (explained) assert.match(step?.says ?? '', explained);
    else assert.equal(step, undefined);
  });
}
