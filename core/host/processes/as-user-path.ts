// Where the program lies that a host of root starts as the user whose mail it is.
import { extname, join } from 'node:path';

/** `as-user.ts` in the source tree; once bundled, `as-user.js` beside the program that has this file in it. */
export const asUserPath = join(import.meta.dirname, `as-user${extname(import.meta.filename)}`);
