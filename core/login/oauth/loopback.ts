// A page on this machine to which the browser comes back from the provider, once (RFC 8252 section 7.3).
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../lib/clock.ts';
import { type Return, readReturn } from './authorization.ts';

export interface Loopback {
  readonly port: number;
  /** Resolves when the browser has come back; undefined: not in time. */
  wait(state: string): Promise<Return | undefined>;
  close(): void;
}

const limitMs = 600_000;

/** Listens on a free port of 127.0.0.1, and of ::1 where there is one: a browser may take either for `localhost`. */
export async function openLoopback(clock: Clock): Promise<Loopback> {
  let expected: string | undefined;
  const { promise, resolve } = Promise.withResolvers<Return | undefined>();
  const servers = [createServer(), createServer()] as const;
  for (const server of servers) {
    server.on('request', (request, response) => {
      const back = expected === undefined ? undefined : readReturn(request.url ?? '/', expected);
      // Other programs of this machine may knock, and browsers ask for a picture.
      response.writeHead(back ? 200 : 404, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
      response.end(back ? 'Waypost has what it needs. You can close this page.\n' : 'There is nothing here.\n');
      if (back) resolve(back);
    });
  }
  const [first, second] = servers;
  first.listen(0, '127.0.0.1');
  await once(first, 'listening');
  const { port } = first.address() as AddressInfo;
  second.on('error', () => {});
  second.listen(port, '::1');
  const cancel = clock.after(limitMs, () => resolve(undefined));
  return {
    port,
    wait(state) {
      expected = state;
      return promise;
    },
    close() {
      cancel();
      for (const server of servers) end(server);
    },
  };
}

function end(server: Server): void {
  server.close();
  server.closeAllConnections();
}
