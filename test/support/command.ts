// The `waypost` command that tests start.
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const built = process.env.WAYPOST_TEST_BUILT;

/**
 * The sources; or what `npm run build` made of them, in the directory that WAYPOST_TEST_BUILT names: each of a host's
 * processes starts in half the time.
 */
export const command = built ? join(root, built, 'cli/waypost.js') : join(root, 'main/cli/waypost.ts');
