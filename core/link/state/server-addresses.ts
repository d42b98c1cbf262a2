// What the name of a link's server means: remembered at each contact, because mail that comes from there must not go back there,
// and a lookup for that might use the link.
import { isDeepStrictEqual } from 'node:util';
import type { Link } from '../../control/links/link.ts';
import type { ReachDeps } from '../../conversation/reach.ts';
import type { StateFile } from './saved-state.ts';

type LookUp = ReachDeps['lookUp'];

const mostIps = 20;

/** Looks names up as `lookUp` does. */
export function rememberingServer(lookUp: LookUp, link: () => Pick<Link, 'server'>, state: StateFile): LookUp {
  return async host => {
    const found = await lookUp(host);
    const { server } = link();
    if (server?.kind !== 'host' || server.host !== host || found.length === 0) return found;
    const known = { host, ips: found.slice(0, mostIps) };
    if (!isDeepStrictEqual(known, state.state.server)) state.change({ server: known });
    return found;
  };
}
