// Gives an order to the service of a home, and prints the result.
import { type Managed, makeCalls, type Order, orderCalls, type Tell } from '../../service/manager.ts';
import type { CommandIo } from '../command-io.ts';

const done: Readonly<Record<Order, string>> = { start: 'started', stop: 'stopped', restart: 'stopped and started' };

/** @param command the command that prints @returns 0 done, 1 the system refused */
export async function giveOrder(
  io: CommandIo,
  command: string,
  tell: Tell,
  service: Managed,
  order: Order,
): Promise<number> {
  const failed = await makeCalls(tell, orderCalls(order, service));
  if (failed) {
    io.stderr.write(`${command}: ${failed.call} says: ${failed.told.said}\n`);
    return 1;
  }
  io.stdout.write(`The service ${service.name} was ${done[order]}.\n`);
  return 0;
}
