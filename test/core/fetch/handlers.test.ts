// What front ends ask of the accounts.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { popAccount, startFetchRig } from '../../support/fetch-rig.ts';

test('fetch: a password that is saved many times at once, while its file is saved → the last one counts, and none is refused', async t => {
  const { home, fetching } = await startFetchRig(t, popAccount, stream => void stream.end());
  const { handlers } = fetching;
  const times = Array.from({ length: 20 }, (_, at) => at);
  const saved = times.map(at => handlers['fetch.password']({ name: 'provider', password: `Öffne dich ${at}` }));
  let { stamp } = await handlers['fetch.file']({ name: 'provider' });
  for (const at of times) {
    ({ stamp } = await handlers['fetch.save']({ name: 'provider', text: `${popAccount}# ${at}\n`, stamp }));
  }
  await Promise.all(saved);
  assert.equal(readFileSync(join(home, 'control/fetch/provider'), 'utf8'), `${popAccount}# 19\n`);
  assert.equal(readFileSync(join(home, 'secrets/provider'), 'utf8'), 'Öffne dich 19\n');
});

test('fetch.password: the account uses tokens, or the password has a line end → refused with the reason, and nothing is written', async t => {
  const { home, fetching } = await startFetchRig(
    t,
    popAccount.replace(/^secret .*$/m, 'secret provider.oauth'),
    stream => void stream.end(),
  );
  const { handlers } = fetching;
  const refused = (password: string, why: RegExp) =>
    assert.rejects(
      async () => handlers['fetch.password']({ name: 'provider', password }),
      (error: Error & { params?: { why?: string } }) => why.test(error.params?.why ?? ''),
    );
  await refused('secret', /^secrets\/provider\.oauth is for tokens, which waypost login gets$/);
  assert.equal(existsSync(join(home, 'secrets/provider.oauth')), false);
  const { stamp } = await handlers['fetch.file']({ name: 'provider' });
  await handlers['fetch.save']({ name: 'provider', text: popAccount, stamp });
  await refused('two\nlines', /characters that no server can get/);
});

test('fetch.save: the file changed since it was read, or of a new account there is one → refused as stale, and left as it is', async t => {
  const { home, fetching } = await startFetchRig(t, popAccount, stream => void stream.end());
  const { handlers } = fetching;
  const path = join(home, 'control/fetch/provider');
  const read = await handlers['fetch.file']({ name: 'provider' });
  const theirs = `${popAccount}# theirs\n`;
  writeFileSync(path, theirs);
  const text = `${popAccount}# mine\n`;
  for (const stamp of [read.stamp, '']) {
    await assert.rejects(async () => handlers['fetch.save']({ name: 'provider', text, stamp }), {
      code: 'account-stale',
      kind: 'stale',
    });
  }
  assert.equal(readFileSync(path, 'utf8'), theirs);
  const { stamp } = await handlers['fetch.file']({ name: 'provider' });
  const saved = await handlers['fetch.save']({ name: 'provider', text, stamp });
  const now = await handlers['fetch.file']({ name: 'provider' });
  assert.deepEqual([now.text, now.stamp], [text, saved.stamp]);
});
