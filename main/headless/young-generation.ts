// Keeps V8's young generation small. V8 lets it grow to 128 MB when many new objects survive, as when a host starts with a
// long queue, and never shrinks it again; a mail host is not faster with it.
import { setFlagsFromString } from 'node:v8';

/** For processes of plain Node: Electron does not accept flags once it runs. */
export function keepYoungGenerationSmall(): void {
  if (process.versions.electron === undefined) setFlagsFromString('--semi-space-growth-factor=1');
}
