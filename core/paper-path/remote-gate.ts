// The gate of the ordinary queue: where a link has the step `queue`, mail for other hosts waits until one of these links is up.

export interface RemoteGate {
  readonly isOpen: boolean;
  /** The links that it waits for, while it is shut. */
  readonly waitsFor: readonly string[];
  /** How old mail counts as that came at the one moment, at the other: only the time counts in which the gate was open. */
  ageSec(fromSec: number, toSec: number): number;
  /** For how long it was open between the two moments. */
  openSec(fromSec: number, toSec: number): number;
}

/** Where nothing is waited for. */
export const openGate: RemoteGate = {
  isOpen: true,
  waitsFor: [],
  ageSec: (fromSec, toSec) => toSec - fromSec,
  openSec: (fromSec, toSec) => toSec - fromSec,
};
