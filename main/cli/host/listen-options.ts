// The options of serve for the addresses that a host listens on; `waypost service` has the same.
import { isIP } from 'node:net';
import { UserError } from '../../../core/lib/user-error.ts';
import type { ListenOn } from '../../../core/ucspi/bind.ts';

export const listenOptions = {
  smtp: { type: 'string' },
  pop3: { type: 'string' },
  pop3s: { type: 'string' },
  qmtp: { type: 'string' },
  qmqp: { type: 'string' },
  turn: { type: 'string' },
  ui: { type: 'string' },
  'ui-name': { type: 'string' },
  checkpassword: { type: 'string' },
} as const;

/** Their values. */
export type ListenValues = Readonly<Partial<Record<keyof typeof listenOptions, string | undefined>>>;

/** The address of each server; undefined: it is not wanted. */
export type ListenAddresses = Readonly<
  Record<'smtp' | 'pop3' | 'pop3s' | 'qmtp' | 'qmqp' | 'turn' | 'ui', ListenOn | undefined>
>;

/** @throws UserError (100) for a text that is not an address */
export function listenAddresses(values: ListenValues): ListenAddresses {
  return {
    smtp: parseListen(values.smtp),
    pop3: parseListen(values.pop3),
    pop3s: parseListen(values.pop3s),
    qmtp: parseListen(values.qmtp),
    qmqp: parseListen(values.qmqp),
    turn: parseListen(values.turn),
    // By that name another program could listen on the same port of ::1.
    ui: parseListen(values.ui?.replace(/^localhost:/, '127.0.0.1:')),
  };
}

/**
 * The name by which browsers reach the page: `mail.example`, `mail.example:8443`. @throws UserError (100) for anything else
 */
export function pageNameOf({ ui, 'ui-name': name }: ListenValues): string | undefined {
  if (name === undefined) return undefined;
  if (ui === undefined) throw new UserError('--ui-name names the page of --ui.', { exitCode: 100 });
  if (/^(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i.test(name)) return name;
  throw new UserError(`${name} is not HOST or HOST:PORT, as in mail.example or mail.example:8443.`, { exitCode: 100 });
}

/** `127.0.0.1:2525`, `[::1]:2525`; undefined: do not listen. @throws UserError for anything else */
function parseListen(text: string | undefined): ListenOn | undefined {
  if (text === undefined) return undefined;
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  const address = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (!address || port > 65_535 || (isIP(address) === 0 && address !== 'localhost')) {
    throw new UserError(`${text} is not ADDRESS:PORT, as in 127.0.0.1:2525 or [::1]:0.`, { exitCode: 100 });
  }
  return { address, port };
}
