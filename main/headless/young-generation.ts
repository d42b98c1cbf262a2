// V8 keeps new objects in memory of its own, and lets that grow to 128 MB when many of them stay, as when a host starts with
// a long queue. It never gives that back, and a mail host is not the faster for it: so it stays as large as it is.
import { setFlagsFromString } from 'node:v8';

/** For a process that is Node's alone: Electron does not let go of its flags once it runs. */
export function keepYoungGenerationSmall(): void {
  if (process.versions.electron === undefined) setFlagsFromString('--semi-space-growth-factor=1');
}
