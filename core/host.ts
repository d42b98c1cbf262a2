// The composition root: a home directory becomes running services and one Api. The paper path can be read here:
// receive and inject hand messages to the queue, the queue hands recipients to local and remote, both report back.
import { join } from 'node:path';
import type { Notice } from './api/errors.ts';
import type { HostStatus, Settings } from './api/host.ts';
import { callerText } from './api/transport/caller.ts';
import { createDispatch, type Dispatch } from './api/transport/dispatch.ts';
import { openLiveControl } from './control/live-control.ts';
import { refuseNullClient } from './control/null-client.ts';
import { watchClock } from './host/checks/clock.ts';
import { createChecks } from './host/checks/handler.ts';
import { openControlSocket } from './host/control-socket.ts';
import { openDeliveringQueue } from './host/delivering-queue.ts';
import { openFetching } from './host/fetching.ts';
import { openGuide } from './host/guide.ts';
import { createHandlers } from './host/handlers.ts';
import { traceFor } from './host/home-trace.ts';
import { openLinks } from './host/links.ts';
import { openLogs } from './host/logs.ts';
import { createMessageIdLookup } from './host/message-id-lookup.ts';
import { repairMovedHome } from './host/moved-home.ts';
import { createNotices } from './host/notices.ts';
import { followOwner } from './host/owner.ts';
import { openOwnerProcess } from './host/owner-process/owner-process.ts';
import { openPages, type Pages } from './host/pages/pages.ts';
import { createProblems } from './host/problems/problems-now.ts';
import { processCommand } from './host/processes/process-commands.ts';
import { openQueueSocket } from './host/queue-socket.ts';
import { createServers, type ServerOptions } from './host/servers.ts';
import { openSettings } from './host/settings.ts';
import { createStatus } from './host/status.ts';
import { type Clock, systemClock } from './lib/clock.ts';
import type { Dispose } from './lib/dispose.ts';
import type { LogLine } from './lib/log.ts';
import { startDirectly } from './lib/process/start-process.ts';
import { reasonOf, UserError } from './lib/user-error.ts';
import { recallAttempts } from './log/attempts-in-log.ts';
import { readLogSince } from './log/log-directory.ts';
import { createDeliverySeries } from './log/series.ts';
import { createAccessTokens } from './login/oauth/access-tokens.ts';
import type { RootProcess } from './privsep/root-process-client.ts';
import type { Queue } from './queue/queue.ts';
import { createRelayBook } from './remote/relay-book.ts';

export interface HostOptions extends ServerOptions {
  readonly home: string;
  /** Receives a copy of every log line (the command line's --verbose). */
  readonly onLogLine?: LogLine | undefined;
  readonly clock?: Clock;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** In a host that root started: the process that stays root, which does what this process may not do. */
  readonly rootProcess?: RootProcess | undefined;
}

/** A running mail host. */
export interface Host {
  readonly dispatch: Dispatch;
  /** The user whose mail it is: the desktop, the pages and the control socket call on their behalf. */
  readonly user: string;
  /** The sessions of the window, where it is a web page. */
  readonly pages: Pages;
  notices(listener: (notice: Notice) => void): Dispose;
  status(): HostStatus;
  settings(): Settings;
  /** Tries everything in the queue now: the network is back, the machine woke up (qmail-send: SIGALRM). */
  retryAll(): void;
  /** Has it looked at now which links are up: a network came or went. */
  networkChanged(): void;
  /** Reads the control files again (qmail-send: SIGHUP). @returns what was wrong, if anything; the old ones then stay */
  reload(): string | undefined;
  /** Accepts nothing new, lets running deliveries end, closes everything. */
  stop(): Promise<void>;
}

const dayMs = 86_400_000;

/**
 * Starts the host of a home.
 * @throws UserError when the home is not one, another host runs on it, or an address cannot be listened on
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const { home, clock = systemClock, environment = process.env, rootProcess } = options;
  refuseRoot(home);
  refuseNullClient(home);
  const moved = await repairMovedHome(home);
  const control = openLiveControl(home, line => log(line));
  const owner = followOwner(home, control.queue);
  const { user } = owner();

  const clockShiftMs = watchClock(clock);
  const relays = createRelayBook(clock);
  const notices = createNotices(clock);
  const logs = openLogs(home, clock, control.queue, options.onLogLine);
  const log = logs.send;
  if (moved !== undefined) log(`warning: ${moved}`);
  const sendLog = join(home, 'log', 'send');
  const series = createDeliverySeries();
  for (const { atMs, text } of readLogSince(sendLog, clock.nowMs() - dayMs)) series.line(atMs, text);
  const queueLog: LogLine = line => {
    series.line(clock.nowMs(), line);
    log(line);
  };

  const tokens = createAccessTokens({ home, clock, fetch: globalThis.fetch });
  const links = openLinks({
    ...{ home, control, clock, environment, log, notices },
    accept: (source, envelope, invoker) => queue.accept(source, envelope, invoker),
    reload: () => void reload(),
    queueOpened: () => retryAll(),
    fetch: (name, stop) => fetching.fetch(name, stop),
  });
  const fetching = openFetching({
    ...{ home, control, clock, log, notices, tokens },
    accept: (...message) => queue.accept(...message),
    reload: () => void reload(),
    statusChanged: () => statusChanged(),
  });
  const { spoolFor, gate } = links;
  const delivery = {
    home,
    control,
    clock,
    environment,
    rootProcess,
    log,
    queueLog,
    tokens,
    spoolFor,
    gate,
    relays,
    changed: queueChanged,
  };
  const { queue, logins, forgetHosts, closeConnections } = await openDeliveringQueue(delivery).catch(async error => {
    await logs.close();
    throw error;
  });
  const { accept, heard } = queue;
  const { sessions, dialogues } = logs;
  const { turnServer: turns } = links;
  const receiving = {
    ...{ home, control, clock, environment, accept, heard, turns, rootProcess, log: sessions, dialogues },
  };
  const servers = createServers(options, receiving);

  const settings = openSettings(home, log);
  const pages = openPages({ home, clock, log, serves: name => name === user });
  const ownerProcess = openOwnerProcess({
    start: rootProcess?.start ?? startDirectly(processCommand),
    job: () => ({
      home,
      owner: owner(),
      settings: settings.current(),
      control: control.texts(),
      processUid: rootProcess ? 0 : process.geteuid?.(),
    }),
    log,
    wasQueued: createMessageIdLookup(home, traceFor(home)),
    accept: (source, envelope) => accept(source, envelope, { uid: process.getuid?.() ?? 0 }),
    changed(data) {
      notices.tell('mail.changed', data);
      statusChanged();
    },
    arrived: data => notices.tell('mail.arrived', data),
    problemsChanged: statusChanged,
  });

  const guide = openGuide({
    ...{ home, clock },
    resolvers: () => control.delivery().resolvers,
    heloHost: () => control.delivery().heloHost,
    plan: () => ({ me: control.queue().me, user: owner().user, mailHome: owner().homeDir }),
    ownAddress: () => owner().address,
    name: () => settings.current().name,
    prepare: async () => {},
    async saved(name) {
      if (name !== undefined) ownerProcess.settings(await settings.change({ name }));
      reload(true);
    },
  });

  const queueSummary = () => queue.summary(series.lastHour(clock.nowMs()));
  const parts = {
    ...{
      home,
      control,
      clock,
      owner,
      settings,
      queue,
      logins,
      queueSummary,
      series,
      servers,
      pages,
      ownerProcess,
      links,
      fetching,
      guide,
    },
  };
  const problems = createProblems(parts);
  const status = createStatus({ ...parts, problems });
  const checks = createChecks({ ...parts, problems, relays, clockShiftMs });
  const handlers = createHandlers({ ...parts, checks, status, statusChanged, reload: () => reload(true) });
  const dispatch = createDispatch(handlers, (caller, method, error) => {
    const what = error instanceof Error ? error.stack?.replaceAll('\n', ' | ') : error;
    log(`alert: ${method} failed for ${callerText(caller)}: ${what}`);
  });

  function statusChanged(): void {
    notices.soon('host.changed', () => status());
  }

  function retryAll(): void {
    forgetHosts();
    queue.retry();
  }

  function queueChanged(): void {
    notices.soon('queue.changed', () => queueSummary());
    statusChanged();
  }

  function reload(withName = false): string | undefined {
    const wrong = control.reread(withName);
    links.reload();
    fetching.reload();
    ownerProcess.reload(control.texts());
    if (wrong === undefined) log('status: control files read again');
    statusChanged();
    return wrong;
  }

  let closeSocket: (() => Promise<void>) | undefined;
  let closeQueueSocket: (() => Promise<void>) | undefined;
  try {
    closeSocket = await openControlSocket(home, { dispatch, user, notices: notices.listen });
    links.start();
    fetching.recover();
    queue.start();
    recallFromLog(queue, sendLog);
    const maxBytes = () => control.connection().dataBytes;
    closeQueueSocket = await openQueueSocket({ home, accept, clock, maxBytes, log: sessions });
    await servers.open();
    fetching.start();
  } catch (error) {
    await stop();
    throw error;
  }

  /** First what brings messages, then the queue, then what its last deliveries needed. One that fails stops no other. */
  async function stop(): Promise<void> {
    const parts = [
      servers.close,
      closeQueueSocket,
      closeSocket,
      pages.close,
      ownerProcess.close,
      guide.close,
      fetching.stop,
      links.stop,
      queue.stop,
      closeConnections,
    ];
    for (const close of parts) {
      try {
        await close?.();
      } catch (error) {
        log(`alert: while the host is stopped: ${reasonOf(error)}`);
      }
    }
    await logs.close();
  }

  let stopped: Promise<void> | undefined;
  return {
    dispatch,
    user,
    pages,
    notices: notices.listen,
    status,
    settings: settings.current,
    networkChanged: links.look,
    retryAll,
    reload: () => reload(),
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** Strangers talk to this process. @throws UserError */
function refuseRoot(home: string): void {
  if (process.geteuid?.() !== 0) return;
  throw new UserError(
    `Root does not run a mail host itself. Start it with: waypost serve --home ${home}, or as the person whose mail it is.`,
  );
}

/** What the log says of messages that still wait: before the first of them is tried again. */
function recallFromLog({ waiting, attempts }: Queue, logDirectory: string): void {
  const oldestSec = waiting.oldestSec();
  if (oldestSec !== undefined) recallAttempts(readLogSince(logDirectory, oldestSec * 1000), waiting.has, attempts);
}
