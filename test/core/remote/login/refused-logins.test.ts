// After a refused login nobody tries it again for a while: an account is locked after a few wrong passwords.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoginFailure } from '../../../../core/remote/login/login-report.ts';
import { createRefusals } from '../../../../core/remote/login/refusals.ts';
import { loginDesk, loginServer, offering, scriptedLogin } from '../../../support/login/login-peer.ts';
import type { PeerSession } from '../../../support/smtp-peer.ts';
import { steppedClock } from '../../../support/stepped-clock.ts';

const account = { user: 'joe@me.example', password: 'hunter2' };
const minuteMs = 60_000;

function loginsIn(sessions: readonly PeerSession[]): number {
  return sessions.flatMap(({ commands }) => commands).filter(line => line.startsWith('AUTH')).length;
}

test('login: a wrong password and 20 messages at once → one login, 20 messages that wait, one problem', async t => {
  const script = { ...offering('PLAIN'), login: loginServer(account, ['PLAIN']) };
  const { deliver, peer, logins, setPassword, log } = await loginDesk(t, { script, password: 'wrong' });
  const recipients = [...Array(20).keys()].map(at => `ann${at}@far${at}.example`);
  const outcomes = await Promise.all(recipients.map((recipient, id) => deliver({ id, recipient })));
  assert.deepEqual(new Set(outcomes.map(({ kind }) => kind)), new Set(['later']));
  assert.equal(loginsIn(peer.sessions), 1);
  assert.match(
    outcomes[7]?.text ?? '',
    /^Not tried: a minute ago relay\.example refused the login as joe@me\.example \(PLAIN\)/,
  );
  assert.equal(log.length, 1, log.join('\n'));
  const [problem, ...others] = logins.problems();
  assert.match(
    problem?.text ?? '',
    /^Mail waits for the login of joe@me\.example at relay\.example port 587 \(secrets\/relay\)/,
  );
  assert.deepEqual(others, []);

  setPassword('hunter2\n');
  const again = await Promise.all(recipients.map((recipient, id) => deliver({ id, recipient })));
  assert.deepEqual(new Set(again.map(({ kind }) => kind)), new Set(['done']));
  assert.deepEqual(logins.problems(), []);
});

test('login: refused again and again → after 15, 30, 60 minutes, and never more than 4 hours', async t => {
  const clock = steppedClock(1_000_000_000_000);
  const script = { ...offering('PLAIN'), login: scriptedLogin('535 5.7.8 no') };
  const { deliver, peer } = await loginDesk(t, { script, clock });
  for (const pause of [15, 30, 60, 120, 240, 240]) {
    const before = loginsIn(peer.sessions);
    await deliver();
    assert.equal(loginsIn(peer.sessions), before + 1);
    clock.pass((pause - 1) * minuteMs);
    assert.match(
      (await deliver()).text,
      /The login is tried again in a minute, or when secrets\/relay is written again/,
    );
    assert.equal(loginsIn(peer.sessions), before + 1);
    clock.pass(minuteMs);
  }
});

test('login: 454 → no problem for the owner, and tried again after a minute', async t => {
  const clock = steppedClock(1_000_000_000_000);
  const script = { ...offering('PLAIN'), login: scriptedLogin('454 4.7.0 not now') };
  const { deliver, peer, logins } = await loginDesk(t, { script, clock });
  await deliver();
  await deliver();
  assert.deepEqual([loginsIn(peer.sessions), logins.problems()], [1, []]);
  clock.pass(minuteMs);
  await deliver();
  assert.equal(loginsIn(peer.sessions), 2);
});

const refusedOnce: LoginFailure = { kind: 'refused', status: '4.7.8', did: 'refused', advice: '' };
const key = { place: 'joe at relay', id: 'one' };

test('refusals: a first try that never reaches the server → those that wait share its fate, the next one tries', async () => {
  const refusals = createRefusals(steppedClock(), () => {});
  assert.equal(await refusals.enter(key), undefined);
  const waiting = [refusals.enter(key), refusals.enter(key)];
  refusals.end(key, 'untried');
  assert.deepEqual(
    (await Promise.all(waiting)).map(refused => refused?.failure.kind),
    ['later', 'later'],
  );
  assert.equal(await refusals.enter(key), undefined);
});

test('refusals: a login that works → all try at once', async () => {
  const refusals = createRefusals(steppedClock(), () => {});
  await refusals.enter(key);
  const waiting = refusals.enter(key);
  refusals.end(key, 'good');
  assert.deepEqual([await waiting, await refusals.enter(key)], [undefined, undefined]);
});

test('refusals: a password that changes while another one is tried → is tried at once, and not blamed for the other', async () => {
  const changes: number[] = [];
  const refusals = createRefusals(steppedClock(), () => changes.push(refusals.standing().size));
  await refusals.enter(key);
  const waiting = refusals.enter(key);
  const newKey = { ...key, id: 'two' };
  assert.equal(await refusals.enter(newKey), undefined);
  refusals.end(key, refusedOnce);
  assert.equal((await waiting)?.failure.kind, 'later');
  assert.equal(refusals.standing().size, 0);
  refusals.end(newKey, refusedOnce);
  await refusals.enter({ ...key, id: 'three' });
  assert.deepEqual(changes, [1, 0]);
});
