// The whole window: its places and their models. Everything from outside is handed in as `AppDeps`.
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { mailboxOf } from '../../core/api/mail.ts';
import type { TracedMessage } from '../../core/api/trace.ts';
import type { Command, Place } from '../../core/api/transport/desktop.ts';
import type { Host } from '../client.ts';
import { text } from '../text/en.ts';
import type { Connection } from '../transport/connection.ts';
import { type AccountsModel, createAccountsModel } from './accounts/accounts.ts';
import { type ChecksModel, createChecksModel } from './checks.ts';
import { createClock } from './clock.ts';
import { type Composer, createComposer } from './compose/composer.ts';
import type { Unsaved } from './compose/unsaved.ts';
import { type ConfigurationModel, createConfigurationModel } from './configuration.ts';
import { createGuideModel, type GuideModel } from './guide/guide.ts';
import { createHostModel, type HostModel } from './host.ts';
import { createLinksModel, type LinksModel } from './links/links.ts';
import { createSentWaits } from './links/sent-waits.ts';
import { createArrivals } from './mail/arrivals.ts';
import { createMailModel, type MailModel } from './mail/mail.ts';
import type { Preferences } from './preferences.ts';
import { createQueueModel, type QueueModel } from './queue/queue.ts';
import { createTraceModel, type TraceModel } from './queue/trace.ts';
import { createExplainModel, type ExplainModel } from './rules/explain.ts';
import { createRulesModel, type RulesModel } from './rules/rules.ts';
import type { Timers } from './timers.ts';
import { createToasts, type Toasts } from './toasts.ts';

/** In the order of the navigation. */
export const places: readonly Place[] = ['mail', 'queue', 'rules', 'links', 'status', 'settings'];

const goneMs = 2_000;

export interface AppDeps {
  readonly host: Host;
  readonly timers: Timers;
  readonly preferences: Preferences;
  readonly unsaved: Unsaved;
  /** True where there is room for either the list or the reader. */
  readonly singlePane: ReadonlySignal<boolean>;
  readonly place: Place;
}

export interface App {
  readonly connection: Connection;
  readonly desktop: boolean;
  readonly nowMs: ReadonlySignal<number>;
  readonly toasts: Toasts;
  /** New mail in words, for a live region. */
  readonly arrivals: ReadonlySignal<string>;
  readonly host: HostModel;
  readonly checks: ChecksModel;
  readonly configuration: ConfigurationModel;
  readonly mail: MailModel;
  readonly composer: Composer;
  readonly rules: RulesModel;
  readonly explain: ExplainModel;
  readonly queue: QueueModel;
  readonly trace: TraceModel;
  readonly links: LinksModel;
  /** The accounts at providers, in the links place too. */
  readonly accounts: AccountsModel;
  /** In place of a place while it is open. */
  readonly guide: GuideModel;
  /** The links that the open message, sent from here, waits for. */
  readonly sentWaits: ReadonlySignal<TracedMessage['waits']>;
  readonly place: ReadonlySignal<Place>;
  readonly sheet: ReadonlySignal<boolean>;
  go(place: Place): void;
  showSheet(shown: boolean): void;
  write(mailto?: string): Promise<void>;
  /** @param id default: the message that keys act on */
  answer(kind: 'reply' | 'reply-all' | 'forward', id?: string): Promise<void>;
  openDraft(id: string): Promise<void>;
  /** Goes to the queue place, which shows what happened to the message with this Message-ID. */
  traceMessage(messageId: string): Promise<void>;
  /** Goes to the links place, to this link. */
  showLink(name: string): void;
  /** Opens the active message: one in Drafts in the composer, any other in the reader. */
  openActive(): void;
}

export function isPlace(name: string): name is Place {
  return (places as readonly string[]).includes(name);
}

export function createApp({ host, timers, preferences, unsaved, singlePane, place: first }: AppDeps): App {
  const { api } = host;
  const toasts = createToasts(timers);
  const place = signal<Place>(first);
  const sheet = signal(false);
  const hostModel = createHostModel(api, toasts);
  const guide = createGuideModel(api, toasts, hostModel);
  const links = createLinksModel(api, timers, toasts);
  const withoutLinks = computed(() => links.all.value !== undefined && links.names.value.length === 0);
  const accounts = createAccountsModel(api, timers, toasts, withoutLinks);
  const composer = createComposer({ api, timers, toasts, unsaved, links: links.all, showQueue: () => go('queue') });
  const mail = createMailModel({
    api,
    timers,
    toasts,
    preferences,
    singlePane,
    closeDraftAmong: composer.closeDraftAmong,
  });
  const trace = createTraceModel(api, toasts);
  const sentMessageId = computed(() => {
    const message = mail.reader.message.value;
    const isSent = message && mail.mailboxes.byId(mailboxOf(message.id))?.role === 'sent';
    return isSent && message.messageId !== '' ? message.messageId : undefined;
  });
  const sentWaits = createSentWaits({ api, toasts, links: links.all, messageId: sentMessageId });

  function go(wanted: Place): void {
    guide.close();
    place.value = wanted;
  }

  async function write(mailto?: string): Promise<void> {
    await composer.start(mailto === undefined ? { kind: 'new' } : { kind: 'mailto', url: mailto });
    go('mail');
  }

  async function openDraft(id: string): Promise<void> {
    await composer.open(id);
    go('mail');
  }

  function obey(command: Command): void {
    if (command.kind === 'compose') void write(command.mailto);
    else if (command.kind === 'place') go(command.place);
    else {
      composer.hide();
      go('mail');
      void mail.openMessage(command.id);
    }
  }
  host.onCommand(obey);
  void composer.recover();
  // After a reload the browser may need a moment to see that the page before is gone.
  timers.later(() => void composer.recover(), goneMs);

  return {
    connection: host.connection,
    desktop: host.desktop,
    nowMs: createClock(timers),
    toasts,
    arrivals: createArrivals(api, timers),
    host: hostModel,
    checks: createChecksModel(api, toasts),
    configuration: createConfigurationModel(api, toasts),
    mail,
    composer,
    rules: createRulesModel({ api, timers, toasts, status: hostModel.status }),
    explain: createExplainModel(api, toasts),
    queue: createQueueModel(api, timers, toasts),
    trace,
    links,
    accounts,
    guide,
    sentWaits,
    place,
    sheet,
    go,
    showSheet(shown) {
      sheet.value = shown;
    },
    write,
    async answer(kind, id) {
      const [first, ...more] = id === undefined ? mail.targets() : [id];
      if (more.length > 0) toasts.show(text.selection.oneByOne);
      else if (first !== undefined) await composer.start({ kind, id: first });
    },
    openDraft,
    async traceMessage(messageId) {
      go('queue');
      await trace.ask(messageId);
    },
    showLink(name) {
      go('links');
      accounts.choose('');
      links.choose(name);
    },
    openActive() {
      const active = mail.list.active.value;
      if (!active) return;
      if (mail.mailboxes.byId(mail.list.mailbox.value)?.role === 'drafts') void openDraft(active.id);
      else {
        composer.hide();
        mail.openActive();
      }
    },
  };
}
