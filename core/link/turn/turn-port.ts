// The turn port (AutoTURN, qturn): whoever connects asks for the mail of its link. The connection is the whole request: nothing
// is read, nothing is said, and it is closed at once; for a half-duplex link, when the mail has been sent.
import type { Control } from '../../control/control.ts';
import type { Clock } from '../../lib/clock.ts';
import type { LogLine } from '../../lib/log.ts';
import { logWord } from '../../lib/text/log-word.ts';
import { reasonOf } from '../../lib/user-error.ts';
import { createBoundedLog } from '../../listen/bounded-log.ts';
import { createMemory } from '../../listen/client-memory.ts';
import { sayGoodbye } from '../../listen/closing-sockets.ts';
import { createListener, type Listener } from '../../listen/listener.ts';
import type { TurnServer } from './turn-server.ts';

export interface TurnPortDeps {
  readonly clock: Clock;
  readonly control: () => Control;
  readonly log: LogLine;
  readonly turns: Pick<TurnServer, 'madeContact' | 'free'>;
}

/** Its clients stay for a moment only, so few places are enough for many of them. */
const limits = { total: 40, perAddress: 10, perMinute: 60 };
const closingMs = 5000;

/** Makes the service; nothing listens yet. */
export function createTurnPort({ clock, control, log, turns }: TurnPortDeps): Listener {
  const denied = createBoundedLog(clock, line => log(`turnd: ${line}`));
  return createListener({
    clock,
    control,
    log,
    service: 'turnd',
    protocol: 'TURN',
    // Who is named by a link may ask for its mail, and no one else gets anything.
    access: environment => ({ kind: 'allowed', environment, byRule: false }),
    memory: createMemory(),
    limits: () => limits,
    startLimitMs: () => closingMs,
    startedBy: 'end',
    refusalText: () => undefined,
    serve({ socket, number, progress, client: { remoteIp } }) {
      const end = (): void => void socket.destroy();
      const asked = turns.madeContact({ ip: remoteIp });
      if (asked.length === 0) {
        denied(remoteIp, `deny ${number} ${logWord(remoteIp)}: no turn-for line names it`);
        sayGoodbye(socket, clock);
        return { end, dismiss: end, busy: () => false };
      }
      progress.started();
      let isBusy = true;
      const goOn = (): void => {
        isBusy = false;
        sayGoodbye(socket, clock);
      };
      turns.free(asked).then(goOn, (error: unknown) => {
        log(`turnd: alert: ${number}: ${reasonOf(error)}`);
        goOn();
      });
      return { end, dismiss: end, busy: () => isBusy };
    },
  });
}
