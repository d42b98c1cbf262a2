// A home in order but for some control files, and what the check of its configuration finds.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { explainConfiguration } from '../../../../core/control/check/configuration.ts';
import type { DnsLook } from '../../../../core/control/check/dns.ts';
import { tempDir } from '../../../support/temp-dir.ts';

/** A home in which nothing is wrong, but for the given files: `name` in control/, or a path with a slash. */
export function home(t: TestContext, files: Readonly<Record<string, string | undefined>> = {}): string {
  const path = tempDir(t);
  for (const dir of ['control', 'users']) mkdirSync(join(path, dir));
  const usual = { me: 'me.example\n', locals: 'me.example\n', rcpthosts: 'me.example\n' };
  for (const [name, text] of Object.entries({ ...usual, ...files })) {
    if (text !== undefined) writeFileSync(join(path, name.includes('/') ? name : `control/${name}`), text, 'latin1');
  }
  return path;
}

export async function codes(path: string, dns?: DnsLook): Promise<string[]> {
  const { findings } = await explainConfiguration(path, dns);
  return findings.map(({ severity, code, file, line }) => {
    return `${severity === 'note' ? 'note ' : ''}${file}${line === undefined ? '' : `:${line}`} ${code}`;
  });
}
