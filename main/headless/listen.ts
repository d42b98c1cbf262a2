// Finds the port of the web page. An open page looks for its host where it was, so a host that may choose a port tries the
// previous one first.
import type { Server } from 'node:net';
import type { Pages } from '../../core/host/pages/pages.ts';
import { errorCode, reasonOf, UserError } from '../../core/lib/user-error.ts';
import { bind, type ListenOn } from '../../core/ucspi/bind.ts';

/**
 * Listens; port 0 means the previous port, or a free one.
 * @returns the port. @throws UserError when the address is not available
 */
export async function listenForPage(server: Server, on: ListenOn, pages: Pages): Promise<number> {
  if (on.port !== 0 || on.fd !== undefined) return listen(server, on, pages);
  const last = pages.port.last();
  const got =
    (last !== undefined && (await listen(server, { ...on, port: last }, pages).catch(() => undefined))) ||
    (await listen(server, on, pages));
  if (got !== last) pages.port.keep(got);
  return got;
}

async function listen(server: Server, on: ListenOn, pages: Pages): Promise<number> {
  try {
    return (await bind(server, on)).port;
  } catch (error) {
    const isTaken = errorCode(error) === 'EADDRINUSE';
    // Another program has the port of earlier pages: one of their tabs may have shown it, and it may have read what the tab stores.
    if (isTaken) await pages.sessions.end(({ origin }) => portOf(origin) === on.port).catch(() => []);
    const why = isTaken ? 'another program has it; choose another port' : reasonOf(error);
    throw new UserError(`Unable to serve the page at ${on.address}, port ${on.port}: ${why}.`, { cause: error });
  }
}

function portOf(origin: string): number {
  const { port, protocol } = new URL(origin);
  return Number(port || (protocol === 'https:' ? 443 : 80));
}
