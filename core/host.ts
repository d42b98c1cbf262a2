// The composition root: a home directory becomes running services and one Api. The paper path can be read here:
// receive and inject hand messages to the queue, the queue hands recipients to local and remote, both report back.
import { hostname } from 'node:os';
import { join } from 'node:path';
import { callerText } from './api/caller.ts';
import type { Handlers } from './api/contract.ts';
import { createDispatch, type Dispatch } from './api/dispatch.ts';
import type { Notice } from './api/errors.ts';
import type { HostStatus, Settings } from './api/host.ts';
import { openLiveControl } from './control/live-control.ts';
import { refuseNullClient } from './control/null-client.ts';
import { builtinPrograms } from './host/builtin-programs.ts';
import { configurationOf } from './host/configuration.ts';
import { openControlSocket } from './host/control-socket.ts';
import { traceFor } from './host/home-trace.ts';
import { openLogs } from './host/logs.ts';
import { createMessageIdLookup } from './host/message-id-lookup.ts';
import { repairMovedHome } from './host/moved-home.ts';
import { createNotices } from './host/notices.ts';
import { addressOf, findOwner } from './host/owner.ts';
import { openOwnerProcess } from './host/owner-process/owner-process.ts';
import { openPages, type Pages } from './host/pages/pages.ts';
import { longDeliveryProblem } from './host/problems/long-deliveries.ts';
import { findProblems, pauseProblems } from './host/problems/problems.ts';
import { processCommand } from './host/processes/process-commands.ts';
import { openQueueSocket } from './host/queue-socket.ts';
import { createServers, type ServerOptions } from './host/servers.ts';
import { openSettings } from './host/settings.ts';
import { version } from './host/version.ts';
import { type Clock, systemClock } from './lib/clock.ts';
import type { Dispose } from './lib/dispose.ts';
import type { LogLine } from './lib/log.ts';
import { startDirectly } from './lib/process/start-process.ts';
import { collectInSlices } from './lib/time-slice.ts';
import { UserError } from './lib/user-error.ts';
import { createLocalDeliver } from './local/deliver.ts';
import { recallAttempts } from './log/attempts-in-log.ts';
import { readLogSince } from './log/log-directory.ts';
import { createDeliverySeries } from './log/series.ts';
import { displayAddress } from './message/address.ts';
import type { RootProcess } from './privsep/root-process-client.ts';
import { openQueue, type Queue } from './queue/queue.ts';
import { createRemoteDeliver } from './remote/deliver.ts';
import { createIdleConnections } from './remote/idle-connections.ts';
import { createProgramDeliver } from './remote/remote-program.ts';
import { openTcpTo } from './remote/tcpto.ts';

export interface HostOptions extends ServerOptions {
  readonly home: string;
  /** Gets a copy of every log line (the command line's --verbose). */
  readonly onLogLine?: LogLine | undefined;
  readonly clock?: Clock;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** In a host that root started: the process that stays root, which does what this process may not do. */
  readonly rootProcess?: RootProcess | undefined;
}

/** A running mail host. */
export interface Host {
  readonly dispatch: Dispatch;
  /** The user whom this host serves: for whom the desktop, the pages and the control socket call. */
  readonly user: string;
  /** Who is let into the window where it is a web page. */
  readonly pages: Pages;
  notices(listener: (notice: Notice) => void): Dispose;
  status(): HostStatus;
  settings(): Settings;
  /** Tries everything in the queue now: the network is back, the machine woke up (qmail-send: SIGALRM). */
  retryAll(): void;
  /** Reads the control files again (qmail-send: SIGHUP). @returns what was wrong, if anything; the old ones then stay */
  reload(): string | undefined;
  /** Takes nothing new in, lets running deliveries end, closes everything. */
  stop(): Promise<void>;
}

const dayMs = 86_400_000;

/**
 * Starts the host of a home.
 * @throws UserError when the home is not one, another host runs on it, or an address cannot be listened on
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const { home, clock = systemClock, environment = process.env, rootProcess } = options;
  // Strangers talk to this process.
  if (process.geteuid?.() === 0) {
    throw new UserError(
      `Root does not run a mail host itself. Start it with: waypost serve --home ${home}, or as the person whose mail it is.`,
    );
  }
  refuseNullClient(home);
  const moved = await repairMovedHome(home);
  const control = openLiveControl(home, line => log(line));
  let owner = findOwner(home, control.queue());
  const hostName = hostname();

  const notices = createNotices(clock);
  const series = createDeliverySeries();
  const logs = openLogs(home, clock, control.queue, options.onLogLine);
  const log = logs.send;
  if (moved !== undefined) log(`warning: ${moved}`);
  for (const { atMs, text } of readLogSince(join(home, 'log', 'send'), clock.nowMs() - dayMs)) series.line(atMs, text);

  const connections = createIdleConnections(clock);
  const tcpto = openTcpTo(join(home, 'queue', 'lock'), clock);
  const remoteDeps = { control: control.delivery, clock, log, connections, tcpto };
  const { QMAILREMOTE: remoteProgram } = environment;
  const queue = await openQueue({
    home,
    control: control.queue,
    clock,
    log: line => {
      series.line(clock.nowMs(), line);
      log(line);
    },
    deliver: ({ accept, deferSync, unclean }) => ({
      local: createLocalDeliver({
        home,
        control: control.queue,
        clock,
        accept,
        hostName,
        environment,
        deferSync,
        sweepTorn: unclean,
        programs: builtinPrograms,
        asUser: rootProcess?.deliver,
      }),
      remote: remoteProgram ? createProgramDeliver(remoteProgram, environment) : createRemoteDeliver(remoteDeps),
    }),
    changed: queueChanged,
  }).catch(async error => {
    await logs.close();
    throw error;
  });
  tcpto.clear();
  const settings = openSettings(home, log);
  const pages = openPages({ home, clock, log, serves: user => user === owner.user });
  const { accept, heard } = queue;
  const servers = createServers(options, {
    home,
    control,
    clock,
    environment,
    accept,
    heard,
    rootProcess,
    log: logs.sessions,
    dialogues: logs.dialogues,
  });

  const reader = openOwnerProcess({
    start: rootProcess?.start ?? startDirectly(processCommand),
    job: () => ({
      home,
      owner,
      settings: settings.current(),
      control: control.texts(),
      processUid: rootProcess ? 0 : process.geteuid?.(),
    }),
    log,
    wasQueued: createMessageIdLookup(home, traceFor(home)),
    accept: (source, envelope) => accept(source, envelope, { uid: process.getuid?.() ?? 0 }),
    changed(data) {
      notices.tell('mail.changed', data);
      notices.soon('host.changed', status);
    },
    arrived: data => notices.tell('mail.arrived', data),
    problemsChanged: () => notices.soon('host.changed', status),
  });

  function status(): HostStatus {
    const { messages, held, nextTryMs } = queue.summary(series.lastHour(clock.nowMs()));
    return {
      version,
      me: control.queue().me,
      home,
      owner: {
        user: owner.user,
        name: settings.current().name,
        address: displayAddress(owner.address),
        maildir: owner.maildir,
      },
      ...servers.listening,
      window: pages.shownIn(),
      unread: reader.unread(),
      waiting: messages,
      nextTryMs,
      held,
      problems: [
        ...reader.problems(),
        ...pauseProblems(queue.pausedMs()),
        ...queue.longDeliveries().map(run => longDeliveryProblem(run, home, clock.nowMs())),
        ...findProblems(home, control.queue(), servers.listening),
      ],
    };
  }

  function reload(withName = false): string | undefined {
    const wrong = control.reread(withName);
    reader.reload(control.texts());
    owner = { ...owner, address: addressOf(owner.user, control.queue()) };
    if (wrong === undefined) log('status: control files read again');
    notices.soon('host.changed', status);
    return wrong;
  }

  function queueChanged(): void {
    notices.soon('queue.changed', () => queue.summary(series.lastHour(clock.nowMs())));
    notices.soon('host.changed', status);
  }

  const handlers: Handlers = {
    'host.status': async () => {
      await reader.look();
      return status();
    },
    'host.settings': async () => settings.current(),
    'host.change': async some => {
      const changed = await settings.change(some);
      reader.settings(changed);
      notices.soon('host.changed', status);
      return changed;
    },
    'host.reload': async () => ({ problem: reload(true) ?? null }),
    'host.configuration': look => configurationOf(home, look),
    ...reader.handlers,
    ...pages.handlers,
    ...traceFor(home),
    'queue.list': async ({ offset, limit }) => ({
      summary: queue.summary(series.lastHour(clock.nowMs())),
      rows: await collectInSlices(queue.rows(offset, limit)),
    }),
    ...queue.operator,
    'queue.series': async ({ span }) => series.points(span, clock.nowMs()),
  };
  const dispatch = createDispatch(handlers, (caller, method, error) =>
    log(
      `alert: ${method} failed for ${callerText(caller)}: ${error instanceof Error ? error.stack?.replaceAll('\n', ' | ') : error}`,
    ),
  );

  let closeSocket: (() => Promise<void>) | undefined;
  let closeQueueSocket: (() => Promise<void>) | undefined;
  try {
    closeSocket = await openControlSocket(home, { dispatch, user: owner.user, notices: notices.listen });
    queue.start();
    recallFromLog(queue, join(home, 'log', 'send'));
    const maxBytes = () => control.connection().dataBytes;
    closeQueueSocket = await openQueueSocket({ home, accept, clock, maxBytes, log: logs.sessions });
    await servers.open();
  } catch (error) {
    await stop();
    throw error;
  }

  /** Doors first, then who hands messages in, then the queue, then what the queue's last deliveries needed. */
  async function stop(): Promise<void> {
    await servers.close();
    await closeQueueSocket?.();
    await closeSocket?.();
    await pages.close();
    await reader.close();
    await queue.stop();
    connections.close();
    await logs.close();
  }

  let stopped: Promise<void> | undefined;
  return {
    dispatch,
    user: owner.user,
    pages,
    notices: notices.listen,
    status,
    settings: settings.current,
    retryAll() {
      tcpto.clear();
      queue.retry();
    },
    reload: () => reload(),
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** What the log says of messages that still wait: before the first of them is tried again. */
function recallFromLog({ waiting, attempts }: Queue, logDirectory: string): void {
  const oldestSec = waiting.oldestSec();
  if (oldestSec !== undefined) recallAttempts(readLogSince(logDirectory, oldestSec * 1000), waiting.has, attempts);
}
