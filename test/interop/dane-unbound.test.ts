// DANE with a resolver that others wrote: an Unbound that validates a signed zone.
import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createDial } from '../../core/conversation/channel.ts';
import { systemClock } from '../../core/lib/clock.ts';
import { openDane } from '../../core/remote/dane/dane.ts';
import { issue } from '../support/certificates.ts';
import { startProgramOnPort } from '../support/program-on-port.ts';
import { runWith, without, withSbin } from '../support/programs.ts';
import { remoteRig } from '../support/remote-rig.ts';
import { startPeer } from '../support/smtp-peer.ts';
import { tempDir } from '../support/temp-dir.ts';

const server = issue({ subject: 'other.example', days: [-20, -10] });
const spki = new X509Certificate(server.cert).publicKey.export({ type: 'spki', format: 'der' });
const digest = createHash('sha256').update(spki).digest('hex');

const zone = `$ORIGIN far.example.
$TTL 3600
@ IN SOA ns hostmaster 1 3600 600 86400 600
@ IN NS ns
ns IN A 127.0.0.1
@ IN MX 10 mx
mx IN A 127.0.0.1
_25._tcp.mx IN TLSA 3 1 1 ${digest}
`;

/** @param forge changes the zone after it was signed @returns as control/resolvers has it */
async function startUnbound(t: TestContext, forge: (signed: string) => string): Promise<string> {
  const directory = tempDir(t);
  const env = { ...withSbin(), LC_ALL: 'C' };
  const inside = (name: string) => join(directory, name);
  writeFileSync(inside('zone'), zone);
  const script =
    'cd "$1" && ldns-signzone -f signed zone "$(ldns-keygen -k -a ECDSAP256SHA256 far.example)" && cat K*.ds';
  writeFileSync(inside('ds'), await runWith('sh', ['-c', script, 'sh', directory], '', env));
  writeFileSync(inside('signed'), forge(readFileSync(inside('signed'), 'latin1')));
  const { port } = await startProgramOnPort(t, 'unbound', free => {
    const config = `server:
  interface: 127.0.0.1
  port: ${free}
  chroot: ""
  username: ""
  directory: "${directory}"
  pidfile: ""
  use-syslog: no
  module-config: "validator iterator"
  trust-anchor-file: "${inside('ds')}"
auth-zone:
  name: "far.example"
  zonefile: "${inside('signed')}"
  for-downstream: no
  for-upstream: yes
remote-control:
  control-enable: no
`;
    writeFileSync(inside('conf'), config);
    return ['-d', '-c', inside('conf')];
  });
  return `127.0.0.1:${port}`;
}

const cases: [what: string, forge: (signed: string) => string, expected: string | RegExp][] = [
  ['signed as it is, an expired certificate of another name', signed => signed, 'dane'],
  [
    'forged after it was signed',
    signed => signed.replaceAll(digest, 'ab'.repeat(32)),
    /^mx\.far\.example was not tried: the resolver has no answer that can be trusted for the TLSA records of mx\.far\.example \(DANE\)/,
  ],
];

for (const [what, forge, expected] of cases) {
  test(`Unbound: TLSA records, ${what} → ${typeof expected === 'string' ? 'the message is accepted' : 'it waits'}`, {
    skip: without('unbound') || without('ldns-signzone'),
  }, async t => {
    const resolvers = [await startUnbound(t, forge)];
    const peer = await startPeer(t, {
      ehlo: '250-mx.far.example\r\n250 STARTTLS',
      starttls: '220 go',
      tls: { cert: server.cert, key: server.key },
    });
    const dial = createDial(systemClock);
    const rig = remoteRig(t, {
      control: { resolvers: `${resolvers.join('\n')}\n` },
      deps: {
        resolver: undefined,
        daneFor: openDane(() => ({ resolvers }), systemClock),
        localAddresses: () => ['192.0.2.1'],
        dial: (ip, _port, ...rest) => dial(ip, peer.port, ...rest),
      },
    });
    const outcome = await rig.deliver('joe@far.example');
    if (typeof expected === 'string') assert.equal(outcome.tls?.certificate, expected, outcome.text);
    else assert.match(outcome.text, expected);
    assert.equal(outcome.kind, typeof expected === 'string' ? 'done' : 'later');
  });
}
