// A null client (qmail's mini-qmail): a home that keeps no mail. It has no queue; what its users send goes straight to one of
// the QMQP servers that control/qmqpservers names.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export function isNullClient(home: string): boolean {
  return existsSync(join(home, 'control', 'qmqpservers')) && !existsSync(join(home, 'queue'));
}
