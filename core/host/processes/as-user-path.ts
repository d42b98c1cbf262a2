// The path of the program that a host run by root starts as the user whose mail it delivers.
import { extname, join } from 'node:path';

/** `as-user.ts` in the source tree; once bundled, `as-user.js` beside the program that contains this file. */
export const asUserPath = join(import.meta.dirname, `as-user${extname(import.meta.filename)}`);
