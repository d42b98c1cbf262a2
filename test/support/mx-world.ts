// A world with one mail exchanger, `mx.x.example` of every domain, whose ports are all that of a test's own server.
import { createDial, type Dial } from '../../core/conversation/channel.ts';
import { systemClock } from '../../core/lib/clock.ts';
import type { Resolver } from '../../core/remote/exchangers/resolver.ts';
import type { SendDeps } from '../../core/remote/send.ts';

/** The ports that connections asked for, in order. */
export interface MxWorld {
  readonly ports: number[];
  readonly deps: Pick<SendDeps, 'resolver' | 'localAddresses' | 'dial'>;
}

export function mxWorld(port: number, host = 'mx.x.example'): MxWorld {
  const ports: number[] = [];
  const resolver: Resolver = {
    mx: async () => ({ kind: 'found', records: [{ host, preference: 10 }] }),
    addresses: async () => ({ kind: 'found', records: ['127.0.0.1'] }),
  };
  const tcp = createDial(systemClock);
  const dial: Dial = (ip, asked, ...rest) => {
    ports.push(asked);
    return tcp(ip, port, ...rest);
  };
  return { ports, deps: { resolver, localAddresses: () => ['192.0.2.1'], dial } };
}
