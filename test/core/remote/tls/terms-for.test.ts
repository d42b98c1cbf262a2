// Which terms of TLS apply: the keys of control/tlsdestinations in their order, the files of control/tlshosts, and a login.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { tlsDestinations } from '../../../../core/control/tls-destinations.ts';
import { findDestination } from '../../../../core/remote/tls/find-destination.ts';
import type { TlsTerms } from '../../../../core/remote/tls/terms.ts';
import { policyHost, type TlsQuestion, termsFor } from '../../../../core/remote/tls/terms-for.ts';
import { tlsHosts } from '../../../../core/remote/tls/tls-hosts.ts';

const noHosts = tlsHosts(new Set(), new Set(), '/tlshosts');
const tableOf = (text: string) => tlsDestinations(text.split('\n').map((line, at) => ({ text: line, line: at + 1 })));

function ask(text: string, question: Partial<TlsQuestion> & { sender?: string } = {}): TlsTerms | string {
  const route = question.route;
  const domain = question.domain ?? 'x.example';
  const found = findDestination(tableOf(text), policyHost(route, domain), question.sender ?? 'me.example');
  if (found?.kind === 'broken') return `broken line ${found.line}`;
  return termsFor({
    route,
    domain,
    server: 'mx.x.example',
    port: 25,
    found,
    sts: undefined,
    dane: { kind: 'none' },
    hosts: noHosts,
    ...question,
  });
}

/** `required chain 3`: the use, the check and the line. */
function brief(terms: TlsTerms | string): string {
  if (typeof terms === 'string') return terms;
  const { use, check, implicit, by } = terms;
  const names =
    check.kind === 'chain' && check.names ? ` of ${check.names.join(' ')}${check.wildcards ? '' : ' exactly'}` : '';
  return `${use} ${check.kind}${names}${implicit ? ' at once' : ''}${by ? ` by ${by.replace('control/tlsdestinations ', '')}` : ''}`;
}

const pin = `=${'ab'.repeat(32)}`;
const keys: [text: string, means: string][] = [
  ['', 'offered none'],
  ['*:', 'offered chain by line 1'],
  ['-:', 'offered none by line 1'],
  ['-*:', 'required none by line 1'],
  ['+*:', 'required chain by line 1'],
  ['~*:', 'required chain of x.example mx.x.example by line 1'],
  ['=*:', 'required chain of x.example mx.x.example exactly by line 1'],
  ['-x.example:', 'required none by line 1'],
  ['-.example:', 'required none by line 1'],
  ['x.example:', 'required chain by line 1'],
  ['.example:', 'required chain by line 1'],
  ['example:', 'offered none'],
  ['~x.example:', 'required chain of x.example mx.x.example by line 1'],
  ['~.example:', 'required chain of x.example mx.x.example by line 1'],
  ['=x.example:', 'required chain of x.example mx.x.example exactly by line 1'],
  ['=.example:', 'offered none'],
  [`%x.example:${pin}`, 'required pin by line 1'],
  [`%.example:${pin}`, 'offered none'],
  [`x.example:${pin}`, 'required pin by line 1'],
  ['!x.example:', 'never none by line 1'],
  ['!.example:', 'never none by line 1'],
  ['!:', 'never none by line 1'],
  ['%x.example:=ab', 'broken line 1'],
  ['X.Example:', 'required chain by line 1'],
  ['x.example:;587', 'required chain by line 1'],
  ['x.example:;s587', 'required chain at once by line 1'],
  ['-x.example:|||other.example', 'offered none'],
  ['-x.example:|||Me.example', 'required none by line 1'],
  ['=x.example:|||me.example\n=x.example:ca', 'required chain of x.example mx.x.example exactly by line 1'],
  ['-:\n*:\n-*:\n+*:\n~*:\n=*:', 'required chain of x.example mx.x.example exactly by line 6'],
  ['=*:\n-x.example:', 'required none by line 2'],
  ['-x.example:\nx.example:', 'required chain by line 2'],
  ['x.example:\n~.example:', 'required chain of x.example mx.x.example by line 2'],
  ['~x.example:\n=x.example:', 'required chain of x.example mx.x.example exactly by line 2'],
  [`=x.example:\n%x.example:${pin}`, 'required pin by line 2'],
  [`%x.example:${pin}\n!.example:`, 'never none by line 2'],
];

for (const [text, means] of keys) {
  test(`tlsdestinations: ${text.replaceAll('\n', ' ').slice(0, 50) || 'no file'} → ${means}`, () => {
    assert.equal(brief(ask(text)), means);
  });
}

test('tlsdestinations: the four lines of modern.md 11', () => {
  const text = `*:\n-adh.example:\n!plain.example.com:\n%peer.example:${pin}`;
  const asked = ['x.plain.example.com', 'plain.example.com', 'peer.example', 'adh.example', 'other.example'];
  assert.deepEqual(
    asked.map(domain => brief(ask(text, { domain }))),
    [
      'offered chain by line 1',
      'never none by line 3',
      'required pin by line 4',
      'required none by line 2',
      'offered chain by line 1',
    ],
  );
});

const relay = { protocol: 'smtp', relay: 'Relay.example' } as const;

test('terms: a route → its relay decides, and the relay alone must be named', () => {
  const route = relay;
  assert.equal(brief(ask('x.example:', { route })), 'offered none');
  assert.equal(
    brief(ask('~.example:', { route, server: 'relay.example' })),
    'required chain of relay.example by line 1',
  );
});

test('terms: an address as relay, with or without brackets → one key', () => {
  for (const address of ['192.0.2.1', '[192.0.2.1]']) {
    const route = { ...relay, relay: address };
    assert.equal(brief(ask('=192.0.2.1:', { route })), 'required chain of 192.0.2.1 exactly by line 1');
  }
});

test('terms: mail exchangers outside of the domain → their names do not count', () => {
  assert.equal(
    brief(ask('=x.example:', { server: 'mx.evil.example' })),
    'required chain of x.example exactly by line 1',
  );
  assert.equal(brief(ask('=x.example:', { server: 'evilx.example' })), 'required chain of x.example exactly by line 1');
});

test('terms: port 465 or 6209 → TLS at once, and required', () => {
  assert.equal(brief(ask('', { route: relay, port: 465 })), 'required none at once by port 465');
  assert.equal(brief(ask('*:', { route: relay, port: 465 })), 'required chain at once by line 1');
  assert.equal(
    brief(ask('!:', { route: { ...relay, protocol: 'qmtp' }, port: 6209 })),
    'required none at once by line 1',
  );
});

const login = { ...relay, demands: { tls: 'verified' } } as const;
const demanded: [text: string, means: string][] = [
  ['', 'required chain of relay.example by the login at this relay'],
  ['!relay.example:', 'required chain of relay.example by the login at this relay'],
  ['-:', 'required chain of relay.example by the login at this relay'],
  ['relay.example:/ca.pem', 'required chain of relay.example by the login at this relay'],
  ['=relay.example:', 'required chain of relay.example exactly by the login at this relay'],
  [`%relay.example:${pin}`, 'required pin by the login at this relay'],
];

for (const [text, means] of demanded) {
  test(`terms: a route with a login, ${text.slice(0, 30) || 'no file'} → ${means}`, () => {
    assert.equal(brief(ask(text, { route: login })), means);
  });
}

test('terms: a route with a login and CAs in its line → verified by these', () => {
  const terms = ask('relay.example:/ca.pem', { route: login });
  assert.equal(typeof terms === 'string' ? '' : terms.caPath, '/ca.pem');
});

test('terms: a route with a login → TLS with a verified name, or pinned, whatever the lines say', () => {
  const key = fc.constantFrom(
    '!',
    '',
    '-',
    '=',
    '~',
    '!relay.example',
    'relay.example',
    '-relay.example',
    '=*',
    '~*',
    '+*',
    '-*',
    '*',
  );
  const value = fc.constantFrom('', '/ca.pem', `=${'0'.repeat(40)}`, '|HIGH', ';465', '|||me.example', ';s25');
  fc.assert(
    fc.property(fc.array(fc.tuple(key, value)), lines => {
      const terms = ask(lines.map(line => line.join(':')).join('\n'), { route: login });
      assert.ok(typeof terms !== 'string');
      assert.equal(terms.use, 'required');
      const { check } = terms;
      assert.ok(check.kind === 'pin' || (check.kind === 'chain' && check.names?.join() === 'relay.example'));
    }),
  );
});

test('tlshosts: NAME.pem → those CAs and that name; notlshosts/NAME → none; exhaustivelist → none for all others', () => {
  const hosts = tlsHosts(new Set(['mx.x.example.pem']), new Set(['old.x.example']), '/c/tlshosts');
  const asked = (server: string, some = hosts) => brief(ask('', { server, hosts: some }));
  assert.equal(asked('MX.x.example'), 'required chain of MX.x.example by control/tlshosts/mx.x.example.pem');
  assert.equal(asked('old.x.example'), 'never none by control/notlshosts/old.x.example');
  assert.equal(asked('mx2.x.example'), 'offered none');
  const exhaustive = tlsHosts(new Set(['exhaustivelist', 'mx.x.example.pem']), new Set(), '/c/tlshosts');
  assert.equal(asked('mx2.x.example', exhaustive), 'never none by control/tlshosts/exhaustivelist');
  assert.match(asked('mx.x.example', exhaustive), /^required chain/);
  // A line of tlsdestinations comes before all of them.
  assert.equal(brief(ask('-x.example:', { server: 'old.x.example', hosts })), 'required none by line 1');
});

const enforced = { mode: 'enforce', mx: ['*.x.example'], maxAgeSec: 1000 } as const;
const published: [text: string, means: string][] = [
  ['', 'required chain of mx.x.example by the policy of x.example (MTA-STS)'],
  ['-:', 'required chain of mx.x.example by the policy of x.example (MTA-STS)'],
  ['-*:', 'required chain of mx.x.example by the policy of x.example (MTA-STS)'],
  ['-x.example:', 'required none by line 1'],
  ['!x.example:', 'never none by line 1'],
];

for (const [text, means] of published) {
  test(`terms: a policy of the domain that is enforced, ${text || 'no line'} → ${means}`, () => {
    assert.equal(brief(ask(text, { sts: enforced })), means);
  });
}

test('terms: a policy of the domain, only tested, or mail for it by a relay → as without', () => {
  assert.equal(brief(ask('', { sts: { ...enforced, mode: 'testing' } })), 'offered none');
  assert.equal(brief(ask('', { sts: enforced, route: relay })), 'offered none');
});
