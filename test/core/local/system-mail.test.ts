// Mail for root and other users of the system: control/adminaddr, in deliveries and in explanations of them.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createLocalExplain } from '../../../core/local/explain-local.ts';
import { isSystemAddress } from '../../../core/local/users/system-mail.ts';
import type { FindSystemUser } from '../../../core/local/users/system-users.ts';
import { localRig } from './local-rig.ts';

const uids: Readonly<Record<string, number>> = { root: 0, backup: 34, nobody: 65_534, ann: 1000 };
const findSystemUser: FindSystemUser = name => {
  const uid = uids[name];
  return uid === undefined ? undefined : { name, uid, gid: uid, homeDir: '/nonexistent' };
};
const assign = '=joe:joe:1000:1000:HOME/joe:::\n+:alias:1000:1000:HOME/alias:-::\n.\n';
const noMailbox = 'Sorry, no mailbox here by that name. (#5.1.1)\n';

const addresses: [local: string, adminaddr: string | undefined, rule: string, to: string | undefined][] = [
  ['root', 'ann@far.example', '', 'ann@far.example'],
  ['ROOT', 'ann@far.example', '', 'ann@far.example'],
  ['postmaster', 'joe', '', 'joe'],
  ['mailer-daemon', 'joe', '', 'joe'],
  ['backup', 'joe', '', 'joe'],
  ['nobody', 'joe', '', 'joe'],
  ['ann', 'joe', '', undefined],
  ['root-x', 'joe', '', undefined],
  ['unknown', 'joe', '', undefined],
  ['root', undefined, '', undefined],
  ['root', '', '', undefined],
  ['root', 'joe', '.qmail-root', 'rule@far.example'],
  ['root', 'joe', '.qmail-default', 'rule@far.example'],
];

for (const [local, adminaddr, rule, to] of addresses) {
  test(`system mail: ${local}, adminaddr ${adminaddr ?? 'missing'}${rule && `, alias/${rule}`} → ${to ?? 'no mailbox'}`, async t => {
    const control: Record<string, string> = adminaddr === undefined ? {} : { adminaddr };
    const rig = localRig(t, { assign, control, deps: { processUid: 1000, findSystemUser } });
    mkdirSync(join(rig.home, 'alias'));
    if (rule) writeFileSync(join(rig.home, 'alias', rule), '&rule@far.example\n');
    const outcome = await rig.deliver(`${local}@here.example`, { sender: 'root@here.example' });
    const recipients = rig.forwarded.flatMap(({ envelope }) => envelope.recipients);
    assert.deepEqual(recipients, to === undefined ? [] : [to]);
    if (to === undefined) assert.equal(outcome.text, noMailbox);
    const explain = createLocalExplain({ home: rig.home, control: rig.deps.control, processUid: 1000, findSystemUser });
    const { verdict, steps } = explain(`${local}@here.example`, 'root@here.example');
    assert.equal(verdict.outcome, outcome.kind);
    assert.deepEqual(verdict.deliveries, to === undefined ? [] : [{ kind: 'forward', to }]);
    const isAdmin = to !== undefined && !rule;
    assert.equal(
      steps.some(({ file }) => file?.endsWith('/control/adminaddr')),
      isAdmin,
    );
  });
}

const accounts: [local: string, uid: number, dash: string, expected: boolean][] = [
  ['backup', 34, '', true],
  ['backup-x', 34, '-', false],
  ['ann', 1000, '', false],
];

for (const [local, uid, dash, expected] of accounts) {
  test(`system address: the account of ${local}, uid ${uid}, on a host that root started → ${expected}`, () => {
    const assignment = { user: 'x', uid, gid: uid, homeDir: '/', dash, ext: dash && 'x' };
    assert.equal(isSystemAddress(local, { assignment, because: { from: 'passwd' }, tried: [] }), expected);
  });
}

test('system mail: the address is root itself → the delivery ends as a loop', async t => {
  const rig = localRig(t, { assign, control: { adminaddr: 'root' }, deps: { processUid: 1000, findSystemUser } });
  mkdirSync(join(rig.home, 'alias'));
  assert.equal((await rig.deliver('root@here.example')).kind, 'done');
  const again = await rig.deliver('root@here.example', { message: rig.forwarded[0]?.text ?? '' });
  assert.match(again.text, /looping/);
});
