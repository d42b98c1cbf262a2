// Finds the web page its port. A page that is open in a browser looks for its host where it was, so a host that is to pick
// a port tries the one of the last time first.
import type { AddressInfo, Server } from 'node:net';
import type { Pages } from '../../core/host/pages/pages.ts';
import { errorCode, reasonOf, UserError } from '../../core/lib/user-error.ts';

/**
 * Listens; port 0 is the port of the last time, or a free one.
 * @returns the port. @throws UserError when the address cannot be had
 */
export async function listenForPage(
  server: Server,
  { address, port, pages }: { address: string; port: number; pages: Pages },
): Promise<number> {
  if (port !== 0) return listen(server, address, port, pages);
  const last = pages.port.last();
  const got =
    (last !== undefined && (await listen(server, address, last, pages).catch(() => undefined))) ||
    (await listen(server, address, 0, pages));
  if (got !== last) pages.port.keep(got);
  return got;
}

function listen(server: Server, address: string, port: number, pages: Pages): Promise<number> {
  return new Promise((resolve, reject) => {
    async function refused(error: Error): Promise<void> {
      const isTaken = errorCode(error) === 'EADDRINUSE';
      // Another program is where pages were: it may have been shown in one of their tabs and have read what is there.
      if (isTaken) await pages.sessions.end(({ origin }) => portOf(origin) === port).catch(() => []);
      const why = isTaken ? 'another program has it; choose another port' : reasonOf(error);
      reject(new UserError(`Unable to serve the page at ${address}, port ${port}: ${why}.`, { cause: error }));
    }
    server.once('error', refused);
    server.listen({ host: address, port, exclusive: true }, () => {
      server.off('error', refused);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function portOf(origin: string): number {
  const { port, protocol } = new URL(origin);
  return Number(port || (protocol === 'https:' ? 443 : 80));
}
