// A host that is told to stop ends, whatever was done to its home.
import assert from 'node:assert/strict';
import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { initHome, serve } from '../support/host-process.ts';
import { tempDir } from '../support/temp-dir.ts';

const damages: Readonly<Record<string, (home: string) => void>> = {
  'run/ may not be written': home => chmodSync(join(home, 'run'), 0o500),
  'the journal may not be written': home => chmodSync(join(home, 'queue', 'journal'), 0o500),
  'the whole home is gone': home => rmSync(home, { recursive: true }),
};

for (const [damage, make] of Object.entries(damages)) {
  test(`host: ${damage}, then TERM → it ends with 0`, async t => {
    const { home } = await initHome(tempDir(t), 'here.example', 'ann');
    const host = await serve(t, home, ['--smtp', '127.0.0.1:0', '--pop3', '127.0.0.1:0']);
    make(home);
    assert.equal(await host.stop(), 0);
    assert.match(host.log(), /^status: exiting$/m);
  });
}
