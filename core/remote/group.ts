// Which recipients of a message share a transaction: those at one host, or at all hosts whose mail goes to one relay.
import type { Control } from '../control/control.ts';
import { hasControls, lowerAscii, splitAddress } from '../message/address.ts';
import type { DeliveryGroup, GroupOf } from '../paper-path/shapes.ts';
import { findRoute, type Route } from './route.ts';

/** @param control the configuration now; while it cannot be read, each recipient is delivered alone */
export function createGroupOf(control: () => Control): GroupOf {
  let inThisTurn: { readonly control: Control | undefined } | undefined;

  /** Looking for changes costs more than all else here, and a turn of the event loop has many recipients. */
  function controlNow(): Control | undefined {
    if (!inThisTurn) {
      inThisTurn = { control: readOrUndefined(control) };
      setImmediate(() => {
        inThisTurn = undefined;
      });
    }
    return inThisTurn.control;
  }

  return ({ sender, recipient }) => {
    const now = controlNow();
    return now && groupIn(now, sender, recipient);
  };
}

function groupIn(control: Control, sender: string, recipient: string): DeliveryGroup | undefined {
  const { remoteRecipients: most } = control;
  const host = splitAddress(recipient).host ?? '';
  // An address that cannot be sent fails alone.
  if (most <= 1 || hasControls(recipient) || /[ <>]/.test(host)) return undefined;
  const route = findRoute(control, { sender, host });
  return { key: `${sender} ${route ? relayOf(route) : lowerAscii(host)}`, most };
}

function relayOf({ protocol, relay, port, file, login }: Route): string {
  return `${protocol} ${relay} ${port} ${file} ${JSON.stringify(login)}`;
}

/** Undefined: the control files cannot be read, which sending will report. */
function readOrUndefined(control: () => Control): Control | undefined {
  try {
    return control();
  } catch {
    return undefined;
  }
}
