// Starts one of our own processes as the user that it is to be.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { ProcessCommand } from '../lib/start-process.ts';
import type { Ids } from './accounts.ts';

/**
 * @param socket its stream to the process that it works for
 * @param asks it gets a channel to its starter, after the stream
 */
export function startOwn(
  { file, args, env }: ProcessCommand,
  { uid, gid }: Ids,
  socket: Socket,
  asks = false,
): ChildProcess {
  const options = { uid, gid, cwd: '/', env, detached: true };
  return asks
    ? spawn(file, args, { ...options, stdio: ['ignore', 'ignore', 'pipe', socket, 'ipc'] })
    : spawn(file, args, { ...options, stdio: ['ignore', 'ignore', 'pipe', socket] });
}
