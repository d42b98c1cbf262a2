// The command line's transport to a running host: the Api over run/control.sock.
import { connect } from 'node:net';
import type { Api } from '../../core/api/contract.ts';
import { type Answer, ApiError, type Notice } from '../../core/api/errors.ts';
import { createClient, type Transport } from '../../core/api/transport/client.ts';
import { controlSocketPath } from '../../core/host/control-socket.ts';
import { onLine } from '../../core/lib/process/text-lines.ts';
import { UserError } from '../../core/lib/user-error.ts';
import type { CommandIo } from '../cli/command-io.ts';

/** The host of a home, while it runs. */
export interface RunningHost {
  readonly api: Api;
  close(): void;
}

/**
 * Runs `work` with the host that runs on the home of a command; prints a refusal under the command's name.
 * @returns what `work` returns; 1 when the host refuses. @throws UserError when no host runs there
 */
export async function withHost(io: CommandIo, name: string, work: (api: Api) => Promise<number>): Promise<number> {
  const host = await connectToHost(io.home);
  try {
    return await work(host.api);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    io.stderr.write(`${name}: ${error.message}\n`);
    return 1;
  } finally {
    host.close();
  }
}

/** @throws UserError when no host runs on the home */
export async function connectToHost(home: string): Promise<RunningHost> {
  const path = controlSocketPath(home);
  const socket = connect(path);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', cause =>
      reject(new UserError(`No host is running on ${home}. Start one with: waypost serve --home ${home}`, { cause })),
    );
  });
  const pending = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>();
  let lastId = 0;
  let receive: (notice: Notice | undefined) => void = () => undefined;

  onLine(socket, line => {
    const frame = JSON.parse(line) as { id: number; answer: Answer } | { notice: Notice };
    if ('notice' in frame) return receive(frame.notice);
    pending.get(frame.id)?.resolve(frame.answer);
    pending.delete(frame.id);
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    for (const { reject } of pending.values()) reject(new UserError('The host closed the connection.'));
  });

  const transport: Transport = {
    send(method, request) {
      if (socket.destroyed) return Promise.reject(new UserError('The host closed the connection.'));
      const id = ++lastId;
      socket.write(`${JSON.stringify({ id, method, request })}\n`);
      return new Promise((resolve, reject) => pending.set(id, { resolve, reject }));
    },
    listen(listener) {
      receive = listener;
    },
  };
  return { api: createClient(transport), close: () => socket.destroy() };
}
