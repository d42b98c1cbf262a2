// The guide: one page after the other, from the role of this machine to what was saved. The host finds, tries and writes; here are
// the pages and what is typed.
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Api, Reply } from '../../../core/api/contract.ts';
import type { FoundServers, GuideAnswers, GuidePresent, GuideRole, Trial } from '../../../core/api/guide.ts';
import type { HostModel } from '../host.ts';
import { createOneAtATime } from '../one-at-a-time.ts';
import type { Toasts } from '../toasts.ts';
import {
  answersIn,
  emptyFields,
  fieldsOf,
  type HostFields,
  isAddress,
  type ProviderFields,
  withFound,
} from './answers.ts';

export type GuidePage = 'role' | 'who' | 'servers' | 'names' | 'trial' | 'done';

/** A field with something wrong in it. */
export type GuideMistake = 'address' | 'sending' | 'fetching';

export type GuideModel = ReturnType<typeof createGuideModel>;

export function createGuideModel(api: Api, toasts: Toasts, host: HostModel) {
  const open = signal(false);
  const page = signal<GuidePage>('role');
  const role = signal<GuideRole>('provider');
  const present = signal<GuidePresent>();
  const fields = signal<ProviderFields>(emptyFields(''));
  const hostFields = signal<HostFields>({ me: '', domains: '' });
  const found = signal<FoundServers>();
  const mistake = signal<GuideMistake>();
  const trial = signal<Trial>();
  /** Waits for the host. */
  const { busy, run: work } = createOneAtATime(toasts);
  let trialId: string | undefined;

  const pages = computed((): readonly GuidePage[] =>
    role.value === 'provider' ? ['role', 'who', 'servers', 'trial', 'done'] : ['role', 'names', 'trial', 'done'],
  );

  function turnTo(next: GuidePage): void {
    mistake.value = undefined;
    page.value = next;
  }

  /** @param account `''`: a new one */
  function choose(account: string): void {
    const known = present.value?.accounts.find(one => one.account === account);
    found.value = undefined;
    fields.value = known ? fieldsOf(known) : emptyFields(host.settings.value?.name ?? '');
  }

  async function load(): Promise<void> {
    const now: Reply<'guide.present'> = await api.call('guide.present', {});
    present.value = now;
    // At a first start nothing is set up, and most people have a provider.
    role.value = now.role === 'local' && host.settings.value?.welcome ? 'provider' : now.role;
    hostFields.value = { me: now.host.me, domains: now.host.domains };
    choose(now.accounts[0]?.account ?? '');
  }

  async function find(): Promise<void> {
    const address = fields.value.address.trim();
    if (!isAddress(address)) {
      mistake.value = 'address';
      return;
    }
    const before = present.value?.accounts.find(one => one.account === fields.value.account);
    if (before?.address === address) {
      turnTo('servers');
      return;
    }
    await work(async () => {
      const answer = await api.call('guide.find', { address });
      found.value = answer;
      fields.value = withFound({ ...fields.value, address, account: '' }, answer);
      turnTo('servers');
    });
  }

  function start(): void {
    if (role.value === 'provider') {
      const answers = answersIn(fields.value);
      if (typeof answers === 'string') mistake.value = answers;
      else void run(answers);
    } else void run({ role: role.value, ...hostFields.value });
  }

  async function run(answers: GuideAnswers): Promise<void> {
    await work(async () => {
      const { trial: id } = await api.call('guide.try', answers);
      trialId = id;
      trial.value = undefined;
      turnTo('trial');
    });
    if (page.value === 'trial') await follow(trialId);
  }

  /** Until it ends, or another one is tried. */
  async function follow(id: string | undefined): Promise<void> {
    try {
      for (let after = -1; id !== undefined && id === trialId; ) {
        const seen = await api.call('guide.trial', { trial: id, after });
        if (id !== trialId) return;
        trial.value = seen;
        after = seen.version;
        if (seen.state !== 'running') return;
      }
    } catch (error) {
      toasts.failed(error);
    }
  }

  async function stop(): Promise<void> {
    if (trialId !== undefined && trial.value?.state === 'running')
      await api.call('guide.stop', { trial: trialId }).catch(toasts.failed);
  }

  async function save(): Promise<void> {
    const id = trialId;
    if (id === undefined) return;
    await work(async () => {
      await api.call('guide.save', { trial: id });
      trialId = undefined;
      await host.change({ welcome: false });
      turnTo('done');
    });
  }

  function close(): void {
    void stop();
    trialId = undefined;
    open.value = false;
    fields.value = { ...fields.value, password: '' };
  }

  return {
    open: open as ReadonlySignal<boolean>,
    page: page as ReadonlySignal<GuidePage>,
    pages,
    role,
    present: present as ReadonlySignal<GuidePresent | undefined>,
    fields: fields as ReadonlySignal<ProviderFields>,
    hostFields: hostFields as ReadonlySignal<HostFields>,
    found: found as ReadonlySignal<FoundServers | undefined>,
    mistake: mistake as ReadonlySignal<GuideMistake | undefined>,
    trial: trial as ReadonlySignal<Trial | undefined>,
    busy,
    choose,
    change(some: Partial<ProviderFields>): void {
      mistake.value = undefined;
      fields.value = { ...fields.value, ...some };
    },
    changeHost(some: Partial<HostFields>): void {
      hostFields.value = { ...hostFields.value, ...some };
    },
    /** From its first page, with the present answers. */
    async show(): Promise<void> {
      turnTo('role');
      open.value = true;
      await work(load);
    },
    next(): void {
      const at = page.value;
      if (at === 'role') turnTo(role.value === 'provider' ? 'who' : 'names');
      else if (at === 'who') void find();
      else if (at === 'trial') void save();
      else if (at === 'done') close();
      else start();
    },
    retry: start,
    back(): void {
      void stop();
      trialId = undefined;
      const at = pages.value.indexOf(page.value);
      turnTo(pages.value[at - 1] ?? 'role');
    },
    stop,
    /** It does not come by itself again. */
    async skip(): Promise<void> {
      close();
      await host.change({ welcome: false });
    },
    /** Another place is shown. */
    close,
    async addAnother(): Promise<void> {
      await work(load);
      choose('');
      turnTo('who');
    },
  };
}
