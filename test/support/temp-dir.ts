// Creates a directory for one test: removed when the test passes, kept (and named) when it fails.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** Makes a fresh directory; after a failed test it stays for a look. */
export function tempDir(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'waypost-test-'));
  t.after(() => {
    if (!(t as { passed?: boolean }).passed) return t.diagnostic(`kept for a look: ${directory}`);
    try {
      rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    } catch {
      // A host that is still to be killed writes there. An error here would skip the hook that kills it.
      t.diagnostic(`not removed: ${directory}`);
    }
  });
  return directory;
}
