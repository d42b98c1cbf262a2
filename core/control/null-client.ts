// A null client (qmail's mini-qmail): a home without a queue. What its users send goes directly to one of the QMQP servers
// that control/qmqpservers names.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../lib/user-error.ts';

export function isNullClient(home: string): boolean {
  return existsSync(join(home, 'control', 'qmqpservers')) && !existsSync(join(home, 'queue'));
}

/** @throws UserError for a null client: no host can run there */
export function refuseNullClient(home: string): void {
  if (!isNullClient(home)) return;
  throw new UserError(
    `${home} is a null client: it has no queue and needs no host. Its mail goes to control/qmqpservers.`,
  );
}
