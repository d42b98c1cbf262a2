// waypost explain: what would happen to mail for an address, according to the running host, or to the home if none runs.

import type { Reply, Request } from '../../../core/api/contract.ts';
import { ApiError } from '../../../core/api/errors.ts';
import { readControl } from '../../../core/control/control.ts';
import { controlFilesOfHome } from '../../../core/control/read-control-files.ts';
import { explainFor } from '../../../core/host/home-explain.ts';
import { printableJson } from '../../../core/lib/text/printable.ts';
import { UserError } from '../../../core/lib/user-error.ts';
import { connectToHost } from '../../running/control-client.ts';
import type { CommandIo } from '../command-io.ts';
import { parseOptions } from '../parse-options.ts';

type Question = Request<'explain.address'>;
type Explanation = Reply<'explain.address'>;

const usage = 'usage: waypost explain [--sender ADDRESS] [--dns] [--json] ADDRESS\n';

/** @returns 0 explained, 1 refused, 100 wrong usage */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    allowPositionals: true,
    options: {
      sender: { type: 'string', default: '' },
      dns: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const [address] = positionals;
  if (!address || positionals.length > 1) {
    io.stderr.write(usage);
    return 100;
  }
  const explanation = await ask(io.home, { address, sender: values.sender, dns: values.dns });
  io.stdout.write(values.json ? printableJson(explanation) : textOf(explanation));
  return 0;
}

/** @throws UserError when the host refuses, or the home does not exist */
async function ask(home: string, question: Question): Promise<Explanation> {
  const host = isRootsOwn(home) ? undefined : await connectToHost(home).catch(() => undefined);
  if (!host) {
    const control = readControl(home);
    const asked = { sender: '', dns: false, ...question };
    return explainFor(home, { queue: () => control, connection: () => control, delivery: () => control })[
      'explain.address'
    ](asked);
  }
  try {
    return await host.api.call('explain.address', question);
  } catch (error) {
    if (error instanceof ApiError) throw new UserError(error.message, { cause: error });
    throw error;
  } finally {
    host.close();
  }
}

/** Root can read the files of all users; its host, which runs as another user, cannot. */
function isRootsOwn(home: string): boolean {
  return process.geteuid?.() === 0 && controlFilesOfHome(home).line('runas') !== undefined;
}

function textOf({ address, channel, steps, verdict }: Explanation): string {
  const here = verdict.outcome === 'link' ? 'waits here' : 'delivered here';
  const where = channel === 'local' ? here : 'sent to another host';
  return [
    ...steps.map(({ file, line, says }) => {
      const place = file === null ? '' : `${file}${line === null ? '' : `:${line}`}: `;
      return `${place}${says}`;
    }),
    '',
    `Mail for ${address} (${where}):`,
    ...verdictLines(verdict),
    '',
  ].join('\n');
}

function* verdictLines({ outcome, text, deliveries, newSender }: Explanation['verdict']): Generator<string> {
  const before = outcome === 'later' || outcome === 'never' ? ' (done before, each time)' : '';
  for (const { kind, to } of deliveries) yield `  ${kind} ${to}${before}`;
  if (newSender !== null) yield `  forwards have the sender <${newSender}>`;
  const reasons = text.trim().split('\n');
  if (outcome === 'link') yield `  It ${reasons.join(' ')}.`;
  if (outcome === 'done' && deliveries.length === 0) yield '  It is accepted and discarded.';
  if (outcome === 'unknown' || outcome === 'remote') yield `  ${reasons.join(' ')}`;
  if (outcome === 'later') yield* ['  It waits in the queue:', ...reasons.map(line => `    ${line}`)];
  if (outcome === 'never') yield* ['  It is returned to its sender:', ...reasons.map(line => `    ${line}`)];
}
