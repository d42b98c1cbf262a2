// A Waypost home with programs in its bin/, for deliveries whose lines call them.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { builtinPrograms } from '../../../../core/host/builtin-programs.ts';
import { type LocalRig, localRig } from '../local-rig.ts';

/** A home with links in bin/, whose launcher says so when it is started: it must not be. */
export function rigWithPrograms(
  t: TestContext,
  options: Parameters<typeof localRig>[1] = {},
  more: readonly string[] = [],
): LocalRig {
  const rig = localRig(t, options);
  mkdirSync(join(rig.home, 'bin'));
  writeFileSync(join(rig.home, 'bin/waypost'), '#!/bin/sh\necho "a process: $(basename "$0") $*"\n', { mode: 0o755 });
  for (const name of [...Object.keys(builtinPrograms), ...more]) symlinkSync('waypost', join(rig.home, 'bin', name));
  return rig;
}
