// What front ends ask of the accounts, all at once.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { popAccount, startFetchRig } from '../../support/fetch-rig.ts';

test('fetch: a file and a password that are saved many times at once → the last ones count, and none is refused', async t => {
  const { home, fetching } = await startFetchRig(t, popAccount, stream => void stream.end());
  const { handlers } = fetching;
  const times = Array.from({ length: 20 }, (_, at) => at);
  await Promise.all(
    times.flatMap(at => [
      handlers['fetch.save']({ name: 'provider', text: `${popAccount}# ${at}\n` }),
      handlers['fetch.password']({ name: 'provider', password: `sesame ${at}` }),
    ]),
  );
  assert.equal(readFileSync(join(home, 'control/fetch/provider'), 'utf8'), `${popAccount}# 19\n`);
  assert.equal(readFileSync(join(home, 'secrets/provider'), 'utf8'), 'sesame 19\n');
});
