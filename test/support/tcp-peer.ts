// A server that a test controls byte by byte: `serve` gets each connection. It records what it receives.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

export interface TcpPeer {
  readonly port: number;
  /** What each connection has sent so far, as byte strings. */
  readonly received: string[];
}

/** @param serve called when a connection comes (with nothing), and for all that it has sent whenever there is more */
export async function startTcpPeer(
  t: Pick<TestContext, 'after'>,
  serve: (socket: Socket, sent: string) => void,
  host = '127.0.0.1',
  port = 0,
): Promise<TcpPeer> {
  const received: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    sockets.add(socket);
    const number = received.push('') - 1;
    socket.on('error', () => {});
    socket.on('data', piece => {
      received[number] += piece.toString('latin1');
      serve(socket, received[number] as string);
    });
    serve(socket, '');
  });
  server.listen(port, host);
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, received };
}
