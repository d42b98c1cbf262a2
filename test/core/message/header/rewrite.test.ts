// qmail-inject completes addresses by defaulthost, defaultdomain and plusdomain.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostRewriter, rewriteBareAddress } from '../../../../core/message/header/rewrite.ts';
import { readRewriteRules, rewriteAddress, usualRewriteLines } from '../../../../core/message/header/rewrite-rules.ts';

const rewrite = hostRewriter({ defaultHost: 'dhost', defaultDomain: 'def.example', plusDomain: 'plus.example' });

const rules: readonly (readonly [string, string])[] = [
  ['foo@[]', 'foo@[]'],
  ['@a,@b:u@h.x', 'u@h.x'],
  ['@a:', ''],
  ['@a', ''],
  ['a.', 'a@dhost.def.example'],
  ['e@f.g.', 'e@f.g'],
  ['.', ''],
  ['user@', 'user@dhost.def.example'],
  ['@', ''],
  ['fred', 'fred@dhost.def.example'],
  ['c@host+', 'c@host.plus.example'],
  ['bob+', 'bob+@dhost.def.example'],
  ['c@d', 'c@d.def.example'],
  ['c@d.e', 'c@d.e'],
  ['c@[1.2.3.4]', 'c@[1.2.3.4]'],
  ['a.b@c', 'a.b@c.def.example'],
  ['a@b@c', 'a@b@c.def.example'],
];

test('hostRewriter: each rule', () => {
  assert.deepEqual(
    rules.map(([address]) => [address, rewriteBareAddress(address, rewrite)]),
    rules,
  );
});

test('hostRewriter: a control file that cannot be a host name → UserError that names it', () => {
  const bad = { defaultHost: 'a(', defaultDomain: 'b', plusDomain: 'c' };
  assert.throws(() => hostRewriter(bad), {
    name: 'UserError',
    exitCode: 100,
    message: '“a(” cannot be a host name: check the control files.',
  });
});

test('hostRewriter: names in locals are complete, also without a dot; no default domain → nothing is added', () => {
  const locals = new Set(['vm', 'localhost']);
  const cases: readonly (readonly [defaultDomain: string, address: string, becomes: string])[] = [
    ['', 'joe', 'joe@vm'],
    ['', 'joe@vm', 'joe@vm'],
    ['', 'joe@far', 'joe@far'],
    ['def.example', 'joe', 'joe@vm'],
    ['def.example', 'joe@VM', 'joe@VM'],
    ['def.example', 'root@localhost', 'root@localhost'],
    ['def.example', 'joe@far', 'joe@far.def.example'],
    ['def.example', 'joe@vm.x', 'joe@vm.x'],
  ];
  for (const [defaultDomain, address, becomes] of cases) {
    const hosts = { defaultHost: 'vm', defaultDomain, plusDomain: 'vm', locals };
    assert.equal(rewriteBareAddress(address, hostRewriter(hosts)), becomes);
    const rules = readRewriteRules(usualRewriteLines(hosts));
    assert.equal(rewriteAddress(address, rules).toLowerCase(), becomes.toLowerCase(), 'new-inject does the same');
  }
});
