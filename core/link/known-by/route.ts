// Whether this machine has a route to an address: the system is asked by a datagram socket, for which nothing is sent.
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { reasonOf } from '../../lib/user-error.ts';
import type { Looked } from './look.ts';

/** Any: nothing is sent to it. */
const port = 9;

export function lookAtRoute(to: string): Promise<Looked> {
  return new Promise(resolve => {
    const socket = createSocket(isIPv6(to) ? 'udp6' : 'udp4');
    const ended = (looked: Looked) => {
      socket.removeAllListeners();
      socket.on('error', () => {});
      socket.close();
      resolve(looked);
    };
    socket.once('error', error => ended({ up: false, because: `no route to ${to}: ${reasonOf(error)}` }));
    socket.connect(port, to, () =>
      ended({ up: true, because: `there is a route to ${to}, from ${socket.address().address}` }),
    );
  });
}
