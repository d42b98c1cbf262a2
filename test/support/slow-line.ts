// A line between a client and a server that takes its time: it delays what both say, cuts connections off after some bytes,
// and counts bytes and round trips.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Bytes after which a connection is cut, in each direction. */
export interface Cut {
  readonly towards?: number;
  readonly back?: number;
}

export interface LineCounts {
  readonly connections: number;
  /** From clients to the server, and back. */
  readonly towards: number;
  readonly back: number;
  /**
   * How often a client had to wait for a reply before it could say more, summed over the connections: what it says depends on all
   * that it was told before. So it does not depend on the speed of the machine. The connect and the greeting are not counted.
   */
  readonly roundTrips: number;
}

export interface SlowLine {
  readonly port: number;
  counts(): LineCounts;
  /** Cuts all connections from now on; undefined: none. Those that are open are not concerned. */
  cutNext(cut: Cut | undefined): void;
  /** Forgets what was counted. */
  reset(): void;
}

interface LineOptions {
  readonly port: number;
  /** Where the server is. */
  readonly host?: string;
  /** How long each direction takes; default 0. */
  readonly oneWayMs?: number;
}

/** Starts a line to a server. It ends when `after` calls. */
export async function startSlowLine(
  owner: { after(end: () => unknown): void },
  { port, host = '127.0.0.1', oneWayMs = 0 }: LineOptions,
): Promise<SlowLine> {
  const open = new Set<Socket>();
  let counts = { connections: 0, towards: 0, back: 0, roundTrips: 0 };
  let nextCut: Cut | undefined;
  const later = (act: () => void) => void (oneWayMs > 0 ? setTimeout(act, oneWayMs) : act());

  const server = createServer({ allowHalfOpen: true, noDelay: true }, client => {
    const far = connect({ port, host, allowHalfOpen: true, noDelay: true });
    const counting = counts;
    counting.connections++;
    const cut = nextCut;
    /** How many round trips what each side knows has taken. */
    const known = { client: 0, server: 0 };
    const end = () => {
      for (const socket of [client, far]) socket.destroy();
    };
    for (const socket of [client, far]) {
      open.add(socket);
      socket.once('close', () => void open.delete(socket)).on('error', end);
    }
    relay(client, far, cut?.towards, bytes => {
      counting.towards += bytes;
      const depth = known.client + 1;
      return () => {
        known.server = Math.max(known.server, depth);
      };
    });
    relay(far, client, cut?.back, bytes => {
      counting.back += bytes;
      const depth = known.server;
      return () => {
        counting.roundTrips += Math.max(0, depth - known.client);
        known.client = Math.max(known.client, depth);
      };
    });

    /** @param passing is told of what arrives at the line, and answers with what to do when it has got through */
    function relay(from: Socket, to: Socket, limit = Number.POSITIVE_INFINITY, passing: (bytes: number) => () => void) {
      let left = limit;
      from.on('data', (piece: Buffer) => {
        const passed = piece.subarray(0, left);
        left -= passed.length;
        const arrived = passing(passed.length);
        const cutHere = left === 0;
        later(() => {
          if (passed.length > 0 && !to.destroyed) to.write(passed);
          arrived();
          // What was passed is to arrive before the connection ends.
          if (cutHere) to.end(end);
        });
      });
      from.on('end', () => later(() => void (to.destroyed || to.end())));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  owner.after(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    counts: () => ({ ...counts }),
    cutNext(cut) {
      nextCut = cut;
    },
    reset() {
      counts = { connections: 0, towards: 0, back: 0, roundTrips: 0 };
    },
  };
}
