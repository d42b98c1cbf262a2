import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostRewriter, rewriteBareAddress } from '../../../core/message/rewrite.ts';

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
