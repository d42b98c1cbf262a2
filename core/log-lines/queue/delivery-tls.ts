// `status: delivery 7 over TLSv1.3 TLS_AES_256_GCM_SHA384: verified`: the TLS of a delivery to another host. Waypost's own, in the
// form of a status line, which qmail's analysers skip; it is written before the line with the report.
import { shortened } from '../../lib/text/shortened.ts';
import type { SessionTls } from '../../paper-path/outcome.ts';
import { logField } from '../field.ts';
import type { LineKind } from '../line-kind.ts';

export interface DeliveryTls {
  readonly kind: 'tls';
  readonly delivery: number;
  readonly tls: SessionTls;
}

const form = /^status: delivery (\d+) over (\S+) (\S+): (?:(verified|pinned|dane)|unverified (\S*))$/;

export const deliveryTls: LineKind<DeliveryTls> = {
  start: 'status: delivery ',
  format({ delivery, tls: { version, cipher, certificate, why } }) {
    const end = certificate === 'unverified' ? `${certificate} ${safe(why ?? '')}` : certificate;
    return `status: delivery ${delivery} over ${safe(version)} ${safe(cipher)}: ${end}`;
  },
  parse(line) {
    const [, delivery, version, cipher, good, why] = form.exec(line) ?? [];
    if (delivery === undefined || version === undefined || cipher === undefined) return undefined;
    const certificate = good === 'verified' || good === 'pinned' || good === 'dane' ? good : 'unverified';
    return { kind: 'tls', delivery: Number(delivery), tls: { version, cipher, certificate, why: why || undefined } };
  },
};

function safe(text: string): string {
  return logField(shortened(text));
}
