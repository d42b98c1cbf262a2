// What becomes of the wishes of a sender (RFC 3461 section 5.2.7) when a delivery forwards its message. To one address with the same
// sender: they go along, and whoever delivers it there tells of it. To several: all but the wish to hear of the success, as this host
// tells that the message was expanded. With a sender of its own, as mailing lists have: none, because the message is another one then.
import { toXtext } from '../message/dsn-parameters.ts';
import type { RecipientDsn } from '../paper-path/dsn.ts';
import type { Done } from '../paper-path/outcome.ts';
import type { DeliveryJob, Envelope } from '../paper-path/shapes.ts';

/** Of one delivery. */
export interface ForwardedDsn {
  /** The envelope of a forward, with what goes along. */
  of(envelope: Envelope): Envelope;
  /** Who tells of the success, after the delivery. */
  readonly handedOn: Done['handedOn'];
}

export function createForwardedDsn({ dsn, sender, recipient }: DeliveryJob): ForwardedDsn {
  let handedOn: Done['handedOn'];
  return {
    of(envelope) {
      if (!dsn || envelope.sender !== sender) return envelope;
      const { ret, envid, notify, orcpt = `rfc822;${toXtext(recipient)}` } = dsn;
      const single = envelope.recipients.length === 1 && handedOn === undefined;
      handedOn = single ? 'next' : 'expanded';
      const wish: RecipientDsn = { notify: single ? notify : withoutSuccess(notify), orcpt };
      return { ...envelope, dsn: { ret, envid, recipients: envelope.recipients.map(() => wish) } };
    },
    get handedOn() {
      return handedOn;
    },
  };
}

function withoutSuccess(notify: string | undefined): string | undefined {
  if (notify === undefined) return undefined;
  const others = notify.split(',').filter(told => told !== 'SUCCESS');
  return others.length === 0 ? 'NEVER' : others.join();
}
