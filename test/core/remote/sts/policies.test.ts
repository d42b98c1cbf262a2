// Which policy of MTA-STS counts, over time: when it is fetched, how long it is kept, and what a forged DNS cannot do.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createPolicies } from '../../../../core/remote/sts/policies.ts';
import { openPolicyStore } from '../../../../core/remote/sts/policy-store.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const dayMs = 86_400_000;
const minuteMs = 60_000;

function policyText(mx: string, maxAgeSec = 7 * 86_400): string {
  return `version: STSv1\nmode: enforce\nmx: ${mx}\nmax_age: ${maxAgeSec}\n`;
}

function desk(t: TestContext, path = join(tempDir(t), 'mta-sts')) {
  const world = { nowMs: 1e12, records: ['v=STSv1; id=1;'] as string[], text: policyText('mx1.x.example') };
  const fetched: string[] = [];
  const log: string[] = [];
  const open = () =>
    createPolicies({
      clock: { nowMs: () => world.nowMs, after: () => () => {} },
      log: line => void log.push(line),
      texts: async name => (name === '_mta-sts.x.example' ? world.records : []),
      async fetchPolicy(domain) {
        fetched.push(domain);
        if (world.text === '') throw new Error(`mta-sts.${domain} answers 404`);
        return world.text;
      },
      store: openPolicyStore(path, line => void log.push(line)),
    });
  let policyFor = open();
  return {
    ...{ world, fetched, log, path },
    restart: () => {
      policyFor = open();
    },
    mx: async (domain = 'x.example') => (await policyFor(domain))?.mx.join(' '),
    later: (byMs: number) => {
      world.nowMs += byMs;
    },
  };
}

test('MTA-STS: a record → the policy is fetched once, and counts', async t => {
  const { mx, fetched, later } = desk(t);
  assert.deepEqual(await Promise.all([mx(), mx(), mx('X.example.')]), [
    'mx1.x.example',
    'mx1.x.example',
    'mx1.x.example',
  ]);
  later(23 * 60 * minuteMs);
  assert.equal(await mx(), 'mx1.x.example');
  assert.deepEqual(fetched, ['x.example']);
});

test('MTA-STS: no record, two records, a domain that is none → no policy, nothing is fetched', async t => {
  const { mx, fetched, world } = desk(t);
  for (const domain of ['y.example', 'sub.x.example', '[192.0.2.1]', '192.0.2.1', 'localhost', 'a b.example', '']) {
    assert.equal(await mx(domain), undefined);
  }
  world.records.push('v=STSv1; id=2;');
  assert.equal(await mx(), undefined);
  assert.deepEqual(fetched, []);
});

test('MTA-STS: the record is gone → the policy counts until it is too old, also after a restart', async t => {
  const { mx, world, later, restart } = desk(t);
  await mx();
  world.records = [];
  world.text = '';
  later(6 * dayMs);
  assert.equal(await mx(), 'mx1.x.example');
  restart();
  assert.equal(await mx(), 'mx1.x.example');
  later(dayMs + 1);
  assert.equal(await mx(), undefined);
});

test('MTA-STS: a new ID → the new policy; if it cannot be had, the old one', async t => {
  const { mx, world, later, log } = desk(t);
  await mx();
  world.records = ['v=STSv1; id=2;'];
  world.text = '';
  later(2 * minuteMs);
  assert.equal(await mx(), 'mx1.x.example');
  assert.deepEqual(log, ['remote: the MTA-STS policy of x.example cannot be had: mta-sts.x.example answers 404']);
  world.text = policyText('mx2.x.example');
  later(6 * minuteMs);
  assert.equal(await mx(), 'mx2.x.example');
});

test('MTA-STS: a policy that cannot be had → asked for again after five minutes, a new ID at once', async t => {
  const { mx, world, later, fetched } = desk(t);
  world.text = 'nonsense';
  for (let minute = 0; minute < 6; minute++) {
    assert.equal(await mx(), undefined);
    later(minuteMs + 1);
  }
  assert.equal(fetched.length, 2);
  world.records = ['v=STSv1; id=2;'];
  later(minuteMs + 1);
  await mx();
  assert.equal(fetched.length, 3);
});

test('MTA-STS: the same ID for a day → fetched again; if that fails, the kept one counts', async t => {
  const { mx, world, later, fetched } = desk(t);
  await mx();
  world.text = '';
  later(dayMs + 1);
  assert.equal(await mx(), 'mx1.x.example');
  assert.equal(fetched.length, 2);
});

test('MTA-STS: the kept policies are damaged → put aside, and a new file is begun', async t => {
  const path = join(tempDir(t), 'mta-sts');
  writeFileSync(path, '{"x.example": 3}');
  const { mx, log } = desk(t, path);
  assert.match(log[0] ?? '', /mta-sts is damaged; it is kept as .*mta-sts\.damaged/);
  assert.equal(await mx(), 'mx1.x.example');
  assert.match(readFileSync(path, 'utf8'), /^\{"x\.example":\{"id":"1"/);
  assert.equal(readFileSync(`${path}.damaged`, 'utf8'), '{"x.example": 3}');
});

test('MTA-STS: the policy cannot be kept → it counts, and the log says so', async t => {
  const { mx, log } = desk(t, join(tempDir(t), 'none', 'mta-sts'));
  assert.equal(await mx(), 'mx1.x.example');
  assert.match(log[0] ?? '', /^warning: unable to write .*mta-sts: /);
});
