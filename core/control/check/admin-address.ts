// control/adminaddr: an address that gets no mail, or mail that goes elsewhere in spite of it.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lowerAscii, splitAddress } from '../../message/address.ts';
import { classify } from '../classify.ts';
import type { Control } from '../control.ts';
import type { ControlTexts } from './control-text.ts';
import { printable } from './describe.ts';
import { type Finding, findingsIn } from './finding.ts';

const ofSystem = ['root', 'postmaster', 'mailer-daemon'];

/** @param texts the control files of the home */
export function checkAdminAddress({ directory }: ControlTexts, control: Control): Finding[] {
  const { adminAddress } = control;
  if (adminAddress === undefined) return [];
  const { warning, note } = findingsIn('adminaddr');
  const shown = printable(adminAddress);
  if (!/^[^\s<>,;:]+$/.test(adminAddress)) {
    const text = `“${shown}” is not an address: mail for root and other users of the system waits or bounces. Write one address.`;
    return [warning('no-address', text, 1)];
  }
  const { channel, address } = classify(adminAddress, control);
  if (channel === 'local' && ofSystem.includes(lowerAscii(splitAddress(address).local))) {
    const text = `${shown} is a user of the system itself, whose mail comes back here and bounces. Write the address of a person.`;
    return [warning('admin-loop', text, 1)];
  }
  if (!existsSync(join(dirname(directory), 'alias', '.qmail-root'))) return [];
  const text = `Mail for root does not go to ${shown}: alias/.qmail-root counts before this file. Remove that one if it should.`;
  return [note('own-rule', text, 1)];
}
