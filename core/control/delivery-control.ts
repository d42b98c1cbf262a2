// The control files that local deliveries need, as they are now: read again only when one of them has changed.
import { join } from 'node:path';
import { keptUntilChanged } from './cached-until-changed.ts';
import { type Control, fieldsIn } from './control.ts';
import { controlFilesOfHome } from './read-control-files.ts';

/** @throws UserError (from the function) when the home has no control files, or one cannot be read */
export type DeliveryControl = () => Pick<Control, 'adminAddress' | 'defaultDelivery' | 'programTimeoutSec'>;

const names = ['adminaddr', 'defaultdelivery', 'programtimeout'] as const;

export function openDeliveryControl(home: string): DeliveryControl {
  const paths = ['', ...names].map(name => join(home, 'control', name));
  const kept = keptUntilChanged(paths, (of: string) => fieldsIn(names, controlFilesOfHome(of), ''));
  return () => kept(home);
}
