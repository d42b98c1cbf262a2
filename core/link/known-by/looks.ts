// How it is found out whether a link is up, by its known-by line: an interface, a route, a probe of a port, or a command.
import type { Link } from '../../control/links/link.ts';
import type { Dial } from '../../conversation/channel.ts';
import type { Clock } from '../../lib/clock.ts';
import { lookAtInterface } from './interface.ts';
import type { Look } from './look.ts';
import { probePort } from './probe.ts';
import { lookAtRoute } from './route.ts';
import { runCommand } from './run-command.ts';

interface LooksDeps {
  readonly clock: Clock;
  readonly dial: Dial;
  readonly lookUp: (host: string) => Promise<readonly string[]>;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** @returns for a link: how to look; undefined: only people know */
export function createLooks(deps: LooksDeps): (link: Link) => Look | undefined {
  return ({ knownBy }) => {
    switch (knownBy.kind) {
      case 'person':
        return undefined;
      case 'interface':
        return async () => lookAtInterface(knownBy.name);
      case 'route':
        return () => lookAtRoute(knownBy.to);
      case 'probe':
        return () => probePort(knownBy, deps);
      case 'command':
        return () => runCommand(knownBy.command, deps);
    }
  };
}
