// Describes deliveries that have been running for long to the owner: a program that hangs keeps mail waiting.
import { displayAddress } from '../../message/address.ts';
import type { LongDelivery } from '../../queue/run/long-deliveries.ts';

const mostProgramLetters = 80;

/** @param home for the path of the control file */
export function longDeliveryProblem(run: LongDelivery, home: string, nowMs: number): { code: string; text: string } {
  const { count, recipient, program, sinceMs } = run;
  const minutes = Math.floor((nowMs - sinceMs) / 60_000);
  const others = count === 1 ? '1 delivery' : `${count} deliveries`;
  const begin = `${others} to ${displayAddress(recipient)} ${count === 1 ? 'has' : 'have'} been running for ${minutes} minutes`;
  if (program === undefined) {
    const text = `${begin}. Other mail for the same address may wait for ${count === 1 ? 'it' : 'them'}: check whether the mailbox is locked or its disk is missing.`;
    return { code: 'delivery-long', text };
  }
  const shown = displayAddress(program).trim();
  const cut = shown.length > mostProgramLetters ? `${shown.slice(0, mostProgramLetters)}…` : shown;
  const text = `${begin}: program "${cut}". Other mail for it may wait. End the program if it hangs, or write a number of seconds to ${home}/control/programtimeout: programs that run longer are ended and the mail is tried again later.`;
  return { code: 'program-long', text };
}
