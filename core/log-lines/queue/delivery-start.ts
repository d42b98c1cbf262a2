// `starting delivery 3: msg 7 to remote ann@b.example`: an attempt has begun. Deliveries are counted from each start of a host.
import type { Channel } from '../../control/classify.ts';
import { logField } from '../field.ts';
import type { LineKind } from '../line-kind.ts';

export interface DeliveryStart {
  readonly kind: 'starting';
  readonly delivery: number;
  readonly id: number;
  readonly channel: Channel;
  readonly recipient: string;
}

const form = /^starting delivery (\d+): msg (\d+) to (local|remote) (.*)$/;

export const deliveryStart: LineKind<DeliveryStart> = {
  start: 'starting delivery ',
  format: ({ delivery, id, channel, recipient }) =>
    `starting delivery ${delivery}: msg ${id} to ${channel} ${logField(recipient)}`,
  parse(line) {
    const [, delivery, id, channel, recipient] = form.exec(line) ?? [];
    if (delivery === undefined || recipient === undefined) return undefined;
    return { kind: 'starting', delivery: Number(delivery), id: Number(id), channel: channel as Channel, recipient };
  },
};
