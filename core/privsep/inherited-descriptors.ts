// What a process that root's parent started finds in its environment: where it may ask the parent, and which descriptor is
// which door's.
import * as v from 'valibot';
import type { ListenOn } from '../ucspi/bind.ts';
import type { ChannelEnd } from './channel.ts';

const parentVariable = 'WAYPOST_PARENT';
const doorsVariable = 'WAYPOST_DOORS';
/** After standard input, output, errors. */
const hostsChannelFd = 3;
/** After the two descriptors of the channel. */
const firstDoorFd = hostsChannelFd + 2;

const ChannelFd = v.pipe(v.string(), v.regex(/^\d$/), v.transform(Number));

const Doors = v.record(v.string(), v.pipe(v.number(), v.integer(), v.minValue(firstDoorFd)));

/** Descriptors by door. */
export type Inherited = v.InferOutput<typeof Doors>;

/** For the environment of one that may ask. @param fd its channel's first descriptor */
export function askingAt(fd: number): Record<string, string> {
  return { [parentVariable]: String(fd) };
}

/** For the environment of the host. @param names the doors, in the order of its descriptors */
export function inheritance(names: readonly string[]): Record<string, string> {
  const fds = Object.fromEntries(names.map((name, at) => [name, firstDoorFd + at]));
  return { ...askingAt(hostsChannelFd), [doorsVariable]: JSON.stringify(fds) };
}

/** Takes it out of the environment, as programs that are started have no part in it; undefined: root did not start this. */
export function takeParent(environment: NodeJS.ProcessEnv): ChannelEnd | undefined {
  const text = environment[parentVariable];
  if (text === undefined) return undefined;
  delete environment[parentVariable];
  const words = v.parse(ChannelFd, text);
  return { words, sockets: words + 1 };
}

/** Takes them out of the environment too. */
export function takeDoors(environment: NodeJS.ProcessEnv): Inherited {
  const text = environment[doorsVariable];
  delete environment[doorsVariable];
  return text === undefined ? {} : v.parse(Doors, JSON.parse(text));
}

/** The doors, each with the socket that was bound for it. */
export function withInherited<Doors extends Record<string, ListenOn | undefined>>(
  doors: Doors,
  inherited: Inherited,
): Doors {
  const found = Object.entries(doors).map(([name, on]) => {
    const fd = inherited[name];
    return [name, on && fd !== undefined ? { ...on, fd } : on] as const;
  });
  return Object.fromEntries(found) as Doors;
}
