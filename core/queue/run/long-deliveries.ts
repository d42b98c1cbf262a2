// The local deliveries that run now, to find those that hang: how many of the same kind have been running for how long.

/** Deliveries of one program line, or to one recipient, that have been running for long. Byte strings. */
export interface LongDelivery {
  readonly count: number;
  readonly recipient: string;
  /** Undefined: they run no program. */
  readonly program: string | undefined;
  /** When the first of them started. */
  readonly sinceMs: number;
}

export interface RunningDeliveries {
  begin(delivery: number, recipient: string, programs: readonly string[], nowMs: number): void;
  end(delivery: number): void;
  long(nowMs: number): LongDelivery[];
}

/** A delivery that runs for so long may hang. */
export const longMs = 300_000;

export function createRunningDeliveries(): RunningDeliveries {
  const runs = new Map<number, Omit<LongDelivery, 'count'>>();
  return {
    begin(delivery, recipient, [program], nowMs) {
      runs.set(delivery, { recipient, program, sinceMs: nowMs });
    },
    end(delivery) {
      runs.delete(delivery);
    },
    long(nowMs) {
      const found = new Map<string, LongDelivery>();
      for (const run of runs.values()) {
        if (nowMs - run.sinceMs < longMs) continue;
        const kind = run.program === undefined ? `to ${run.recipient}` : `by ${run.program}`;
        const before = found.get(kind);
        found.set(kind, before ? { ...before, count: before.count + 1 } : { ...run, count: 1 });
      }
      return [...found.values()];
    },
  };
}
