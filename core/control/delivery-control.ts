// What each local delivery needs of the control files, as they are now: read again only when one of them was changed.
import { join } from 'node:path';
import { keptUntilChanged } from './cached-until-changed.ts';
import { type Control, localDeliveryIn } from './control.ts';
import { controlFilesOfHome } from './control-files.ts';

/** @throws UserError (from the function) when the home has no control files, or one cannot be read */
export type DeliveryControl = () => Pick<Control, 'defaultDelivery' | 'programTimeoutSec'>;

export function openDeliveryControl(home: string): DeliveryControl {
  const paths = ['', 'defaultdelivery', 'programtimeout'].map(name => join(home, 'control', name));
  const kept = keptUntilChanged(paths, (of: string) => localDeliveryIn(controlFilesOfHome(of)));
  return () => kept(home);
}
