// Explanations of addresses for a home, whether or not a host runs on it: it combines the parts that deliver.
import type { HandlersOf } from '../api/contract.ts';
import type { Control } from '../control/control.ts';
import { createExplain } from '../explain/explain-address.ts';
import { createLocalExplain } from '../local/explain-local.ts';
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
  return createExplain({
    home,
    control: control.queue,
    connection: control.connection,
    local: createLocalExplain({ home, control: control.queue, processUid }),
    remote: createRemoteExplain({ home, control: control.delivery }),
  });
}
