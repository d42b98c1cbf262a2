// Whether the ordinary queue may send: it waits for the links that have the step `queue`, and goes while one of them is up and has
// come to that step.
import type { RemoteGate } from '../paper-path/remote-gate.ts';
import type { RunningLink } from './running-link.ts';
import { secondsWithin, together } from './state/link-time.ts';

/** @param opened called when it opens: the queue is due */
export function createQueueGate(links: () => Iterable<RunningLink>, opened: () => void) {
  const held = () => [...links()].filter(({ file }) => file.link.steps.some(({ kind }) => kind === 'queue'));
  let wasOpen = true;

  const gate: RemoteGate = {
    get isOpen() {
      const of = held();
      return of.length === 0 || of.some(({ opensQueue }) => opensQueue);
    },
    get waitsFor() {
      return gate.isOpen ? [] : held().map(({ file }) => file.link.name);
    },
    ageSec(fromSec, toSec) {
      const byClock = held().some(({ file }) => file.link.lifetimeCounts === 'clock');
      return byClock ? toSec - fromSec : gate.openSec(fromSec, toSec);
    },
    openSec(fromSec, toSec) {
      const of = held();
      if (of.length === 0) return toSec - fromSec;
      return secondsWithin(together(of.map(link => link.usableTimes())), fromSec, toSec);
    },
  };

  return {
    gate,
    /** Something has changed that it depends on. */
    look(): void {
      const isOpen = gate.isOpen;
      if (isOpen && !wasOpen) opened();
      wasOpen = isOpen;
    },
  };
}
