// The guide as `waypost config` asks it: that of the host that runs on the home, else one in this process.

import { join } from 'node:path';
import type { Api, Reply } from '../../../core/api/contract.ts';
import type { GuideAnswers, GuidePresent } from '../../../core/api/guide.ts';
import { controlFiles } from '../../../core/control/read-control-files.ts';
import { type HomePlan, isHome } from '../../../core/home/make-home.ts';
import { openGuide } from '../../../core/host/guide.ts';
import { openSettings } from '../../../core/host/settings.ts';
import { waitingClock } from '../../../core/lib/clock.ts';
import { addressFromText } from '../../../core/message/address.ts';
import { connectToHost } from '../../running/control-client.ts';
import type { CommandIo } from '../command-io.ts';
import { makeMissingHome } from './configure-home.ts';

export interface GuideCalls {
  present(): Promise<GuidePresent>;
  find(address: string): Promise<Reply<'guide.find'>>;
  /** @returns the trial */
  try(answers: GuideAnswers): Promise<string>;
  trial(trial: string, after: number): Promise<Reply<'guide.trial'>>;
  /** @returns the files that were written */
  save(trial: string): Promise<readonly string[]>;
  close(): void;
}

export async function guideFor(io: CommandIo, plan: HomePlan): Promise<GuideCalls> {
  const host = isHome(io.home) ? await connectToHost(io.home).catch(() => undefined) : undefined;
  return host ? callsOf(host.api, host.close) : guideHere(io, plan);
}

function callsOf(api: Pick<Api, 'call'>, close: () => void): GuideCalls {
  return {
    present: () => api.call('guide.present', {}),
    find: address => api.call('guide.find', { address }),
    try: async answers => (await api.call('guide.try', answers)).trial,
    trial: (trial, after) => api.call('guide.trial', { trial, after }),
    save: async trial => (await api.call('guide.save', { trial })).files,
    close,
  };
}

/** For a home on which no host runs, or that is not made yet. */
function guideHere(io: CommandIo, plan: HomePlan): GuideCalls {
  const { home } = io;
  const files = controlFiles(join(home, 'control'));
  const me = () => files.line('me') ?? addressFromText(plan.me);
  const settings = openSettings(home, () => {});
  const user = files.line('owner') ?? addressFromText(plan.user);
  const { handlers, close } = openGuide({
    home,
    clock: waitingClock,
    resolvers: () => files.list('resolvers'),
    heloHost: () => files.line('helohost') ?? me(),
    plan: () => plan,
    ownAddress: () => `${user}@${me()}`,
    name: () => settings.current().name,
    async prepare() {
      if (!isHome(home)) await makeMissingHome(io, plan);
    },
    async saved(name) {
      if (name !== undefined) await settings.change({ name });
    },
  });
  return {
    present: () => handlers['guide.present']({}),
    find: address => handlers['guide.find']({ address }),
    try: async answers => (await handlers['guide.try'](answers)).trial,
    trial: (trial, after) => handlers['guide.trial']({ trial, after }),
    save: async trial => (await handlers['guide.save']({ trial })).files,
    close: () => void close(),
  };
}
