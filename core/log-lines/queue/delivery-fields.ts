// `status: delivery 7 is 4.7.1, 451 by mx.example 192.0.2.1: 4.7.1_try_later`: the end of a delivery in fields, for programs.
// Waypost's own, in the form of a status line, which qmail's analysers skip; it is written before the line with the report.
import { shortened } from '../../lib/text/shortened.ts';
import type { OutcomeFields } from '../../paper-path/outcome.ts';
import { logField } from '../field.ts';
import type { LineKind } from '../line-kind.ts';

export interface DeliveryFields extends OutcomeFields {
  readonly kind: 'fields';
  readonly delivery: number;
}

const form = /^status: delivery (\d+) is (-|\d\.\d{1,3}\.\d{1,3})(?:, (-|\d{3}) by (\S+) (\S+): (\S*))?$/;

/** A missing field is written as `-`. */
export const deliveryFields: LineKind<DeliveryFields> = {
  start: 'status: delivery ',
  format({ delivery, status, answer }) {
    const start = `status: delivery ${delivery} is ${status ?? '-'}`;
    if (!answer) return start;
    const { code, host, ip, words } = answer;
    return `${start}, ${code ?? '-'} by ${safe(host || '-')} ${safe(ip || '-')}: ${safe(words)}`;
  },
  parse(line) {
    const [, delivery, status, code = '-', host = '-', ip = '-', words] = form.exec(line) ?? [];
    if (delivery === undefined || status === undefined) return undefined;
    const numeric = present(code) === undefined ? undefined : Number(code);
    const answer = words === undefined ? undefined : { code: numeric, host: present(host), ip: present(ip), words };
    return { kind: 'fields', delivery: Number(delivery), status: present(status), answer };
  },
};

function safe(text: string): string {
  return logField(shortened(text));
}

function present(field: string): string | undefined {
  return field === '-' ? undefined : field;
}
