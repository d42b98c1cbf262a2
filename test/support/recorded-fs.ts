// Records the operations on files below a directory, in order: for tests of the order of durable steps. Import it before the code
// under test.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { relative } from 'node:path';
import type { TestContext } from 'node:test';

export interface RecordedFs {
  /** `write tmp/a`, `sync tmp/a`, `rename tmp/a new/a`, `remove cur/b`; without what happens elsewhere. */
  readonly steps: string[];
  /** Calls of `step` fail with a system's error code. */
  failOn(step: RegExp, code: string): void;
}

/** Until the test ends. */
export function recordFs(t: TestContext, root: string): RecordedFs {
  const steps: string[] = [];
  const failures: { readonly step: RegExp; readonly code: string }[] = [];
  const shown = (path: fs.PathLike) => relative(root, String(path)) || '.';

  function note(what: string, ...paths: fs.PathLike[]): void {
    if (paths.some(path => shown(path).startsWith('..'))) return;
    const step = [what, ...paths.map(shown)].join(' ');
    steps.push(step);
    const failure = failures.find(each => each.step.test(step));
    if (failure) throw Object.assign(new Error(failure.code), { code: failure.code });
  }

  const { open, rename, rm, unlink } = fs.promises;
  const { renameSync, unlinkSync } = fs;
  fs.promises.open = async (path, flags, mode) => {
    const handle = await open(path, flags, mode);
    const { sync, writeFile } = handle;
    handle.sync = async () => {
      note('sync', path);
      await sync.call(handle);
    };
    handle.writeFile = async (...args) => {
      note('write', path);
      await writeFile.apply(handle, args);
    };
    return handle;
  };
  fs.promises.rename = async (from, to) => {
    note('rename', from, to);
    await rename(from, to);
  };
  fs.promises.rm = async (path, options) => {
    note('remove', path);
    await rm(path, options);
  };
  fs.promises.unlink = async path => {
    note('remove', path);
    await unlink(path);
  };
  fs.renameSync = (from, to) => {
    note('rename', from, to);
    renameSync(from, to);
  };
  fs.unlinkSync = path => {
    note('remove', path);
    unlinkSync(path);
  };
  syncBuiltinESMExports();
  t.after(() => {
    Object.assign(fs.promises, { open, rename, rm, unlink });
    Object.assign(fs, { renameSync, unlinkSync });
    syncBuiltinESMExports();
  });
  return { steps, failOn: (step, code) => void failures.push({ step, code }) };
}
