// `status: msg 7 has sha256 1f…`: the hash of a message, if control/loghashes asks for it. Waypost's own.
import type { LineKind } from '../line-kind.ts';

export interface MessageHash {
  readonly kind: 'hash';
  readonly id: number;
  readonly sha256: string;
}

export const messageHash: LineKind<MessageHash> = {
  start: 'status: msg ',
  format: ({ id, sha256 }) => `status: msg ${id} has sha256 ${sha256}`,
  parse(line) {
    const [, id, sha256] = /^status: msg (\d+) has sha256 ([0-9a-f]+)$/.exec(line) ?? [];
    return id === undefined || sha256 === undefined ? undefined : { kind: 'hash', id: Number(id), sha256 };
  },
};
