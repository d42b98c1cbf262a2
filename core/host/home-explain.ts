// Explanations of addresses for a home, whether or not a host runs on it: it combines the parts that deliver.
import type { HandlersOf } from '../api/contract.ts';
import type { Control } from '../control/control.ts';
import { createExplain } from '../explain/explain-address.ts';
import { systemClock } from '../lib/clock.ts';
import { createLinkExplain } from '../link/explain-link.ts';
import { createLocalExplain } from '../local/explain-local.ts';
import { openDane } from '../remote/dane/dane.ts';
import { createRemoteExplain } from '../remote/explain-remote.ts';

/** The configuration as the queue, clients and deliveries to other hosts see it. */
export interface ExplainControl {
  queue(): Control;
  connection(): Control;
  delivery(): Control;
}

/** The handler of `explain.address`. @param processUid the uid that deliveries begin with: 0 in a host that root started */
export function explainFor(
  home: string,
  control: ExplainControl,
  processUid = process.geteuid?.(),
): HandlersOf<'explain.address'> {
  const ofLink = createLinkExplain({ home, control: control.queue, nowMs: Date.now });
  const ofUser = createLocalExplain({ home, control: control.queue, processUid });
  return createExplain({
    home,
    control: control.queue,
    connection: control.connection,
    local: (address, sender) => ofLink(address) ?? ofUser(address, sender),
    remote: createRemoteExplain({
      home,
      control: control.delivery,
      daneFor: openDane(control.delivery, systemClock),
    }),
  });
}
