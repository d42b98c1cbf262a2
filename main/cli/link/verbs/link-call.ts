// One call of `waypost link`, as its verbs get it.

import type { Api } from '../../../../core/api/contract.ts';
import type { LinkStatus } from '../../../../core/api/links.ts';
import { printableJson } from '../../../../core/lib/text/printable.ts';
import { UserError } from '../../../../core/lib/user-error.ts';
import { withHost } from '../../../running/control-client.ts';
import type { CommandIo } from '../../command-io.ts';

export interface LinkOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly wait: boolean;
  readonly print: boolean;
  readonly remove: boolean;
  readonly for?: string | undefined;
  readonly interface?: string | undefined;
}

export interface LinkCall {
  readonly io: CommandIo;
  /** Of the link; empty for `list`. */
  readonly name: string;
  /** The words after the name. */
  readonly rest: readonly string[];
  readonly options: LinkOptions;
}

/** @returns the exit code */
export type RunVerb = (call: LinkCall) => Promise<number>;

/** A verb that only a running host can do. @throws UserError when none runs */
export function byHost(work: (api: Api, call: LinkCall) => Promise<number>): RunVerb {
  return call => withHost(call.io, 'link', api => work(api, call));
}

/** Writes the reply as JSON, or its text. */
export function print({ io, options }: LinkCall, reply: unknown, text: () => string): void {
  io.stdout.write(options.json ? printableJson(reply) : text());
}

/** @throws UserError when the home has no such link */
export async function statusOf(api: Api, name: string): Promise<LinkStatus> {
  const { links } = await api.call('links.list', {});
  const found = links.find(link => link.name === name);
  if (!found) throw new UserError(`There is no link ${name}. waypost link lists them all.`);
  return found;
}
