// The verb test: what works of a link and what does not, without sending mail.
import { printable } from '../../../../core/lib/text/printable.ts';
import { byHost, print } from './link-call.ts';

/** @returns 0 all works, 1 something does not */
export const test = byHost(async (api, call) => {
  const reply = await api.call('links.test', { name: call.name });
  const lines = reply.steps.map(({ what, ok, says }) => `${ok ? 'ok  ' : 'FAIL'}  ${what}: ${says}`);
  print(call, reply, () => printable(`${lines.join('\n')}\n`));
  return reply.steps.every(({ ok }) => ok) ? 0 : 1;
});
