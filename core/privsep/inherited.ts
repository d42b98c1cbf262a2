// What a host that root started finds in its environment: that it has a parent, and which descriptor is which door's.
import * as v from 'valibot';
import type { ListenOn } from '../listen/bind.ts';

const variable = 'WAYPOST_DOORS';
/** After standard input, output, errors, and the channel to the parent. */
const firstDoorFd = 4;

const Doors = v.record(v.string(), v.pipe(v.number(), v.integer(), v.minValue(firstDoorFd)));

/** Descriptors by door. */
export type Inherited = v.InferOutput<typeof Doors>;

/** For the environment of the host. @param names the doors, in the order of its descriptors */
export function inheritance(names: readonly string[]): Record<string, string> {
  return { [variable]: JSON.stringify(Object.fromEntries(names.map((name, at) => [name, firstDoorFd + at]))) };
}

/** Takes it out of the environment, as programs that the host starts have no part in it; undefined: root did not start this. */
export function takeInherited(environment: NodeJS.ProcessEnv): Inherited | undefined {
  const text = environment[variable];
  if (text === undefined || !process.send) return undefined;
  delete environment[variable];
  return v.parse(Doors, JSON.parse(text));
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
