// The `waypost` command that tests start.
import { join } from 'node:path';

/** The sources; or, with WAYPOST_TEST_BUILT, what `npm run build` made of them: each of a host's processes starts in half the time. */
export const command = join(
  import.meta.dirname,
  '../..',
  process.env.WAYPOST_TEST_BUILT ? 'dist/cli/waypost.js' : 'main/cli/waypost.ts',
);
