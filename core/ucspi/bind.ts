// Makes a server listen: on an address and port, or on a socket that another process has bound and handed over.
import type { AddressInfo, Server } from 'node:net';

/** Where to listen; port 0 picks one. */
export interface ListenOn {
  readonly address: string;
  readonly port: number;
  /** A descriptor that is already bound there; address and port are then only its name. */
  readonly fd?: number | undefined;
}

/** @returns where it listens now. @throws what the system says */
export function bind(server: Server, on: ListenOn & { readonly backlog?: number }): Promise<AddressInfo> {
  const { address, port, fd, backlog } = on;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ ...(fd === undefined ? { host: address, port } : { fd }), ...(backlog && { backlog }) }, () => {
      server.off('error', reject);
      resolve(server.address() as AddressInfo);
    });
  });
}
