// `delivery 3: deferral: Sorry,_try_again._(#4.3.0)/`: how an attempt ended, with its report.
import { shortened } from '../../lib/text/shortened.ts';
import type { Outcome } from '../../paper-path/outcome.ts';
import { logField } from '../field.ts';
import type { LineKind } from '../line-kind.ts';

export type DeliveryResult = 'success' | 'deferral' | 'failure';

export interface DeliveryEnd {
  readonly kind: 'ended';
  readonly delivery: number;
  readonly result: DeliveryResult;
  /** See wordsOfField. */
  readonly report: string;
}

/** qmail-send's words for an outcome. */
export const deliveryResults: Readonly<Record<Outcome['kind'], DeliveryResult>> = {
  done: 'success',
  later: 'deferral',
  never: 'failure',
};

const form = /^delivery (\d+): (?:(success|deferral|failure): (.*)|report mangled, will defer)$/;

export const deliveryEnd: LineKind<DeliveryEnd> = {
  start: 'delivery ',
  format: ({ delivery, result, report }) => `delivery ${delivery}: ${result}: ${logField(shortened(report))}`,
  /** qmail-send writes `report mangled` where a program wrote no report; Waypost does not. */
  parse(line) {
    const [, delivery, result = 'deferral', report = ''] = form.exec(line) ?? [];
    if (delivery === undefined) return undefined;
    return { kind: 'ended', delivery: Number(delivery), result: result as DeliveryResult, report };
  },
};

/** The messages that a local delivery forwarded to: its report ends in a line `qp N` for each. */
export function forwardsIn({ report }: DeliveryEnd): number[] {
  return [...report.matchAll(/(?<=^|\/)qp_(\d+)(?=\/|$)/g)].map(([, qp]) => Number(qp));
}
