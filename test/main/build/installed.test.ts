// The package as npm installs it for all users of a machine: the real npm, without the packages that it depends on.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { complaintAboutNode } from '../../../main/cli/node-version.ts';
import manifest from '../../../package.json' with { type: 'json' };
import { tempDir } from '../../support/temp-dir.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const skip = process.platform === 'win32' ? 'no manual there' : false;

test('npm pack, npm install -g: → the command, and every page of the manual where man looks', { skip }, async t => {
  const directory = tempDir(t);
  const source = join(directory, 'source');
  const prefix = join(directory, 'prefix');
  const { dependencies: _, devDependencies: __, scripts: ___, ...rest } = manifest;
  mkdirSync(join(source, 'dist', 'cli'), { recursive: true });
  writeFileSync(join(source, 'package.json'), JSON.stringify(rest));
  writeFileSync(join(source, manifest.bin.waypost), '#!/usr/bin/env node\n');
  for (const name of ['docs', 'CHANGELOG.md']) cpSync(join(root, name), join(source, name), { recursive: true });
  const npm = async (...args: string[]) =>
    (
      await promisify(execFile)('npm', [...args, '--offline', '--cache', join(directory, 'cache')], {
        cwd: directory,
        env: { ...process.env, npm_config_update_notifier: 'false' },
      })
    ).stdout;
  const packed = (await npm('pack', source)).trim().split('\n').at(-1) ?? '';
  await npm('install', '--global', '--prefix', prefix, join(directory, packed));
  assert.deepEqual(readdirSync(join(prefix, 'bin')), ['waypost']);
  const pages = readdirSync(join(root, 'docs', 'man'));
  const installed = ['1', '5', '8'].flatMap(section => readdirSync(join(prefix, 'share', 'man', `man${section}`)));
  assert.deepEqual(installed.sort(), pages.sort());
  assert.match(
    readFileSync(join(prefix, 'share', 'man', 'man8', 'waypost-serve.8'), 'utf8'),
    /^\.Dt WAYPOST-SERVE 8$/m,
  );
});

test('package: the Node that it asks for → the oldest one that the command takes', () => {
  const [, major = '', minor = ''] = /^>=(\d+)\.(\d+)$/.exec(manifest.engines.node) ?? [];
  assert.equal(complaintAboutNode(`${major}.${minor}.0`), undefined);
  assert.match(complaintAboutNode(`${major}.${Number(minor) - 1}.9`) ?? '', new RegExp(`needs ${major}\\.${minor} `));
});
