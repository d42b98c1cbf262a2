// A call of the Api by a host's control socket.
import { connect } from 'node:net';
import { join } from 'node:path';
import { type Answer, ApiError } from '../../core/api/errors.ts';
import { onLine } from '../../core/lib/process/text-lines.ts';

/** @throws ApiError when it is refused; an error of the system when the host ends meanwhile */
export function call<T>({ home }: { readonly home: string }, method: string, request: object = {}): Promise<T> {
  return new Promise((resolve, reject) => {
    const socket = connect(join(home, 'run', 'control.sock'));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the host hung up')));
    socket.write(`${JSON.stringify({ id: 1, method, request })}\n`);
    onLine(socket, line => {
      const { answer } = JSON.parse(line) as { answer?: Answer };
      if (answer === undefined) return;
      if (answer.ok) resolve(answer.value as T);
      else reject(new ApiError(answer));
      socket.destroy();
    });
  });
}
