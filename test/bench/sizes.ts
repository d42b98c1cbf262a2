// How much each workload does: in full, and in the short form that only proves that everything still works.

export interface Sizes {
  /** Messages of the SMTP burst and of the queue that is filled while the scheduler is stopped. */
  readonly burst: number;
  readonly discarded: number;
  readonly fanout: number;
  readonly remote: number;
  /** How many messages wait while the cost of one message is measured. */
  readonly waiting: readonly number[];
  readonly burstWhileWaiting: number;
  readonly idleSec: number;
  /** Messages over a link with so long a way. */
  readonly link: { readonly messages: number; readonly roundTripMs: number };
  /** Undefined: the workload is left out. */
  readonly bigMessageBytes: number | undefined;
}

export const fullSizes: Sizes = {
  burst: 5_000,
  discarded: 8_192,
  fanout: 1_024,
  remote: 1_000,
  waiting: [1_000, 10_000, 100_000],
  burstWhileWaiting: 2_000,
  idleSec: 30,
  link: { messages: 100, roundTripMs: 600 },
  bigMessageBytes: 1024 ** 3,
};

export const quickSizes: Sizes = {
  burst: 500,
  discarded: 1_024,
  fanout: 256,
  remote: 200,
  waiting: [1_000, 5_000],
  burstWhileWaiting: 200,
  idleSec: 5,
  link: { messages: 10, roundTripMs: 60 },
  bigMessageBytes: undefined,
};
