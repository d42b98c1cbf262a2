// The packaged desktop: which parts of Electron are switched off, and that it contains all that it starts.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import manifest from '../../../package.json' with { type: 'json' };
import { type PackedApp, packApp } from '../../support/packed-app.ts';
import { tempDir } from '../../support/temp-dir.ts';

const skip = process.platform === 'linux' ? false : 'packs for Linux, with what is installed here';

function run(args: readonly string[], options: { readonly cwd?: string } = {}): string {
  return execFileSync(process.execPath, args, { ...options, encoding: 'utf8' });
}

test('packages for Linux: the command for mail links → a link comes after the end of the options', () => {
  // electron-builder adds `%U` to it, and to an AppImage's without any `--no-sandbox`.
  assert.deepEqual(manifest.build.linux.executableArgs, ['--']);
});

test('packaged desktop', { skip, timeout: 300_000 }, async t => {
  let app: PackedApp;
  await t.test('electron-builder: takes the configuration, and packs', async () => {
    app = await packApp(t);
    assert.ok(app.unpacked.length > 0);
  });

  await t.test('fuses: → all that nothing here needs is off, all that guards is on', () => {
    assert.deepEqual(app.fuses, {
      runAsNode: true, // the programs in bin/, and the host's own processes
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
      wasmTrapHandlers: true,
    });
  });

  await t.test('archive: → all that is checked against its sum, so everything but native code', () => {
    assert.ok(app.unpacked.some(path => /koffi/.test(path)));
    assert.deepEqual(
      app.unpacked.filter(path => !path.endsWith('.node')),
      [],
    );
  });

  await t.test('archive: → what the host starts is beside what starts it, and loads', () => {
    for (const directory of ['main', 'cli']) {
      for (const name of ['as-user', 'owner', 'parser']) {
        const entry = join(app.content, 'dist', directory, `${name}.js`);
        assert.ok(existsSync(entry), entry);
      }
    }
    run(['-e', "import('koffi').then(({ load }) => load('libc.so.6'))"], { cwd: app.content });
  });

  await t.test('archive: the command in it, by itself → works', () => {
    const maildir = join(tempDir(t), 'Maildir');
    const waypost = join(app.content, 'dist', 'cli', 'waypost.js');
    assert.match(run([waypost, '--version']), /^\d+\.\d+\.\d+\n$/);
    run([waypost, 'maildirmake', maildir]);
    assert.ok(existsSync(join(maildir, 'new')));
  });
});
