// The end of a message that has nobody left to go to: its bounce is sent, then it is removed (qmail-send's messdone).
import { existsSync, readFileSync, rmSync, unlinkSync } from 'node:fs';
import type { Control } from '../control/control.ts';
import type { Clock } from '../lib/clock.ts';
import type { Accept } from '../lib/paper-path.ts';
import { bounceMessage } from './bounce.ts';
import { records } from './envelope-file.ts';
import type { QueueLayout } from './layout.ts';
import type { QueueLog } from './log-lines.ts';

/** What finishing needs. */
export interface FinishDeps {
  readonly layout: QueueLayout;
  readonly control: () => Control;
  readonly clock: Clock;
  readonly accept: Accept;
  readonly log: QueueLog;
}

/** The envelope sender in info/N. @throws when it cannot be read */
export function readSender(layout: QueueLayout, id: number): string {
  return records(readFileSync(layout.info(id)))[0]?.slice(1) ?? '';
}

/** @returns false when it must be tried again later: the message is still whole */
export async function finishMessage(deps: FinishDeps, id: number): Promise<boolean> {
  const { layout, log } = deps;
  try {
    if (existsSync(layout.bounce(id)) && !(await sendBounce(deps, id))) return false;
    // info goes first: a message file without info and todo belongs to nobody and is left for the cleanup.
    unlinkSync(layout.info(id));
    log.end(id);
    rmSync(layout.intd(id), { force: true });
    unlinkSync(layout.mess(id));
    return true;
  } catch (error) {
    log.warning(
      `unable to remove message ${id}: ${error instanceof Error ? error.message : error}; will try again later`,
    );
    return !existsSync(layout.info(id));
  }
}

async function sendBounce(deps: FinishDeps, id: number): Promise<boolean> {
  const { layout, log } = deps;
  const bounce = bounceMessage(layout, id, readSender(layout, id), deps.control(), deps.clock.nowMs());
  if (!bounce) {
    log.tripleBounce(id);
  } else {
    const accepted = await deps.accept(bounce.source, bounce.envelope, 'bounce');
    if (!accepted.ok) {
      log.warning(`trouble injecting bounce message, will try later: ${accepted.text}`);
      return false;
    }
    log.bounced(id, accepted.qp);
  }
  unlinkSync(layout.bounce(id));
  return true;
}
