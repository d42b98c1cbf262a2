// Reads from the environment of a process started by root's parent: the descriptor of its channel to the parent, and which
// descriptor is which server's.
import * as v from 'valibot';
import type { ListenOn } from '../ucspi/bind.ts';
import type { ChannelEnd } from './channel.ts';

const channelVariable = 'WAYPOST_ROOT_CHANNEL';
const socketsVariable = 'WAYPOST_SOCKETS';
/** The first descriptor after standard input, output and errors. */
const hostsChannelFd = 3;
/** The first one after the two descriptors of the channel. */
const firstSocketFd = hostsChannelFd + 2;

const ChannelFd = v.pipe(v.string(), v.regex(/^\d$/), v.transform(Number));

const Descriptors = v.record(v.string(), v.pipe(v.number(), v.integer(), v.minValue(firstSocketFd)));

/** Descriptors by the name of their server. */
export type Inherited = v.InferOutput<typeof Descriptors>;

/** For the environment of a process that may send requests. @param fd the first descriptor of its channel */
export function askingAt(fd: number): Record<string, string> {
  return { [channelVariable]: String(fd) };
}

/** For the environment of the host. @param names the servers, in the order of their descriptors */
export function inheritance(names: readonly string[]): Record<string, string> {
  const fds = Object.fromEntries(names.map((name, at) => [name, firstSocketFd + at]));
  return { ...askingAt(hostsChannelFd), [socketsVariable]: JSON.stringify(fds) };
}

/**
 * Removes it from the environment, so that programs started later do not see it; undefined: root did not start this process.
 */
export function takeRootChannel(environment: NodeJS.ProcessEnv): ChannelEnd | undefined {
  const text = environment[channelVariable];
  if (text === undefined) return undefined;
  delete environment[channelVariable];
  const words = v.parse(ChannelFd, text);
  return { words, sockets: words + 1 };
}

/** Removes them from the environment too. */
export function takeSockets(environment: NodeJS.ProcessEnv): Inherited {
  const text = environment[socketsVariable];
  delete environment[socketsVariable];
  return text === undefined ? {} : v.parse(Descriptors, JSON.parse(text));
}

/** The addresses, each with the socket that is bound to it. */
export function withInherited<Addresses extends Record<string, ListenOn | undefined>>(
  addresses: Addresses,
  inherited: Inherited,
): Addresses {
  const found = Object.entries(addresses).map(([name, on]) => {
    const fd = inherited[name];
    return [name, on && fd !== undefined ? { ...on, fd } : on] as const;
  });
  return Object.fromEntries(found) as Addresses;
}
