// Starts one of our own processes as its user.
import { type ChildProcess, spawn } from 'node:child_process';
import { type ProcessCommand, streamFd } from '../lib/process/start-process.ts';
import type { Ids } from './accounts.ts';
import type { ChannelEnd } from './channel.ts';
import { askingAt } from './inherited-descriptors.ts';

/**
 * @param socket its stream to the process that it works for
 * @param asking the channel to its parent, if it may send requests
 */
export function startAsUser(
  { file, args, env }: ProcessCommand,
  { uid, gid }: Ids,
  socket: number,
  asking?: ChannelEnd,
): ChildProcess {
  return spawn(file, args, {
    uid,
    gid,
    cwd: '/',
    env: asking ? { ...env, ...askingAt(streamFd + 1) } : env,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', socket, ...(asking ? [asking.words, asking.sockets] : [])],
  });
}
