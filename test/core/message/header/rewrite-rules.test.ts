// mess822's rewriting rules complete the hosts of addresses, each rule in order and once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  readRewriteRules,
  rewriteAddress,
  rewriteHost,
  usualRewriteLines,
} from '../../../../core/message/header/rewrite-rules.ts';

const usual = readRewriteRules(
  usualRewriteLines({ defaultHost: 'dhost', defaultDomain: 'def.example', plusDomain: 'plus.example' }),
);

const addresses: readonly (readonly [string, string])[] = [
  ['', ''],
  ['@', ''],
  ['fred', 'fred@dhost.def.example'],
  ['fred@', 'fred@dhost.def.example'],
  ['a@b', 'a@b.def.example'],
  ['a@b.', 'a@b.def.example'],
  ['a@b+', 'a@b.plus.example'],
  ['a@b.c', 'a@b.c'],
  ['a@b.c.', 'a@b.c'],
  ['a@[1.2]', 'a@[1.2]'],
  ['a@[1]', 'a@[1]'],
  ['a@b@c', 'a@b@c.def.example'],
];

test('rewriteAddress: the usual rules → hosts completed', () => {
  assert.deepEqual(
    addresses.map(([address]) => [address, rewriteAddress(address, usual)]),
    addresses,
  );
});

test('rewriteHost: each kind of rule → its effect, in any case, in order, once', () => {
  const rules = readRewriteRules([
    '=old.example:new.example',
    '*.x:.y',
    '?.z:.q',
    '-.gone:hub',
    'nonsense',
    '=no colon',
    '*.y:.yy',
  ]);
  const hosts = ['OLD.example', 'sub.old.example', 'a.X', 'a.b.x', 'a.z', 'a.b.z', 'a.b.gone', 'other'];
  assert.deepEqual(
    hosts.map(host => rewriteHost(host, rules)),
    ['new.example', 'sub.old.example', 'a.yy', 'a.b.yy', 'a.q', 'a.b.z', 'hub', 'other'],
  );
});
