// The verbs that tell the host about a link, or have it use one: up, down, exchange, stop, hold, release.
import { setTimeout as setTimeoutPromise } from 'node:timers/promises';
import type { Api } from '../../../../core/api/contract.ts';
import { ApiError } from '../../../../core/api/errors.ts';
import { longestUpSec } from '../../../../core/api/links.ts';
import { isHome } from '../../../../core/home/make-home.ts';
import { UserError } from '../../../../core/lib/user-error.ts';
import { connectToHost } from '../../../running/control-client.ts';
import { contactText, progressText } from '../link-text.ts';
import { byHost, type LinkCall, type RunVerb, statusOf } from './link-call.ts';

/** A host that does not answer must not keep a hook of the system waiting. */
const answerMs = 10_000;

export const up = hook((api, { name, options }) =>
  api
    .call('links.up', { name, ...(options.for !== undefined && { seconds: secondsOf(options.for) }) })
    .then(() => `${name} counts as up.`),
);

export const down = hook((api, { name }) => api.call('links.down', { name }).then(() => `${name} counts as down.`));

export const exchange: RunVerb = call =>
  call.options.wait
    ? byHost(exchangeAndWait)(call)
    : hook(async (api, { name }) => {
        const { started } = await api.call('links.exchange', { name });
        return started ? contactStarts(name) : contactRuns(name);
      })(call);

export const stop = byHost(async (api, { name, io }) => {
  const { stopped } = await api.call('links.stop', { name });
  io.stdout.write(stopped ? `The contact over ${name} ends.\n` : `No contact runs over ${name}.\n`);
  return stopped ? 0 : 1;
});

export const hold = byHost((api, call) => setOffline(api, call, true));
export const release = byHost((api, call) => setOffline(api, call, false));

async function setOffline(api: Api, { name, io }: LinkCall, offline: boolean): Promise<number> {
  await api.call('links.offline', { name, offline });
  const text = offline ? `stays offline until: waypost link release ${name}` : 'is used again.';
  io.stdout.write(`${name} ${text}\n`);
  return 0;
}

/** For hooks and cron: without a host there is nothing to tell, and that is no failure. */
function hook(tell: (api: Api, call: LinkCall) => Promise<string>): RunVerb {
  return async call => {
    const { io, options } = call;
    if (!isHome(io.home)) throw new UserError(`${io.home} is not a Waypost home.`);
    const say = (text: string) => {
      if (!options.quiet) io.stdout.write(`${text}\n`);
      return 0;
    };
    const host = await connectToHost(io.home).catch(() => undefined);
    if (!host) return say(`No host is running on ${io.home}: there is nothing to do.`);
    try {
      return say(await withinTime(tell(host.api, call)));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      io.stderr.write(`link: ${error.message}\n`);
      return 1;
    } finally {
      host.close();
    }
  };
}

async function withinTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const why = `The host did not answer within ${answerMs / 1000} seconds.`;
    timer = setTimeout(() => reject(new UserError(why, { exitCode: 111 })), answerMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

function secondsOf(text: string): number {
  const seconds = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (seconds < 1 || seconds > longestUpSec) {
    const why = `--for ${text}: write a number of seconds, at most ${longestUpSec} (a year).`;
    throw new UserError(why, { exitCode: 100 });
  }
  return seconds;
}

/** How often a contact that is waited for is looked at, and after how many looks without one it is not expected any more. */
const lookMs = 250;
const mostEmptyLooks = 40;

async function exchangeAndWait(api: Api, call: LinkCall): Promise<number> {
  const { name, io, options } = call;
  const before = (await statusOf(api, name)).lastContact?.startMs;
  const { started } = await api.call('links.exchange', { name });
  const say = (text: string) => {
    if (!options.quiet) io.stdout.write(`${text}\n`);
  };
  say(started ? contactStarts(name) : contactRuns(name));
  let said = '';
  for (let empty = 0; empty < mostEmptyLooks; ) {
    await setTimeoutPromise(lookMs);
    const { progress, lastContact } = await statusOf(api, name);
    const now = progress ? progressText(progress) : '';
    if (now !== '' && now !== said) say(now);
    said = now;
    if (progress) empty = 0;
    else if (lastContact && lastContact.startMs !== before) {
      say(contactText(lastContact));
      return lastContact.end === 'done' ? 0 : 1;
    } else empty += 1;
  }
  io.stderr.write(`link: No contact took place. See: waypost link status ${name}\n`);
  return 1;
}

const contactStarts = (name: string) => `A contact over ${name} has started.`;
const contactRuns = (name: string) => `A contact over ${name} is running already.`;
