// The window as a web page: its sessions, and how a browser without one gets in.
import * as v from 'valibot';
import { verb } from './verb.ts';

/** What a browser tab received for a key. It survives restarts of the host, but not the tab. */
export const PageSession = v.object({
  /** Its public name. */
  id: v.string(),
  user: v.string(),
  /** Where the page is: the session is valid only there. */
  origin: v.string(),
  /** What the browser calls itself. */
  browser: v.string(),
  madeMs: v.number(),
  usedMs: v.number(),
});
export type PageSession = v.InferOutput<typeof PageSession>;

export const page = {
  /** Creates an address that admits one browser, once and soon, or brings up the desktop's window. */
  open: verb(
    /** `browser`: a program will be told to open it. */
    v.object({ browser: v.optional(v.boolean(), false) }),
    v.variant('shown', [
      v.object({ shown: v.literal('window') }),
      v.object({
        shown: v.literal('page'),
        url: v.string(),
        /** For the program: a file that leads to the page, so that no key is among its arguments. Gone in a minute. */
        file: v.nullable(v.string()),
      }),
    ]),
  ),
  /** `open`: pages that are connected now. */
  sessions: verb(v.object({}), v.array(v.object({ ...PageSession.entries, open: v.number() }))),
  /** Ends the sessions named, or all; their pages are disconnected at once. */
  revoke: verb(v.object({ ids: v.optional(v.array(v.string())) }), v.object({ revoked: v.array(v.string()) })),
};
