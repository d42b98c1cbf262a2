// Creates a directory for one test: removed when the test passes, kept (and named) when it fails.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** Makes a fresh directory; after a failed test it stays for a look. */
export function tempDir(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'waypost-test-'));
  t.after(() => {
    if ((t as { passed?: boolean }).passed) rmSync(directory, { recursive: true, force: true });
    else t.diagnostic(`kept for a look: ${directory}`);
  });
  return directory;
}
