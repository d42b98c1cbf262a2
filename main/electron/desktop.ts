// Starts the parts of the desktop in their order: first what confines web content, then the page's way to the host, then what
// the user sees, the window last.
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { app, ipcMain, Menu, net, powerMonitor, session, shell } from 'electron';
import type { Command } from '../../core/api/transport/desktop.ts';
import type { Host } from '../../core/host.ts';
import { systemClock } from '../../core/lib/clock.ts';
import { createStateApplier } from './apply-state.ts';
import type { Commands } from './commands.ts';
import { createNotifier } from './electron-notification.ts';
import { watchHost } from './host-state.ts';
import { menuTemplate } from './menu.ts';
import { notifyOfMail } from './notifications.ts';
import { watchPower } from './power.ts';
import { setUpQuit } from './quit.ts';
import type { Launch } from './start/launch.ts';
import { createMailtoHandler } from './start/mailto.ts';
import { startCommand } from './start/start-command.ts';
import { makeElectronTray } from './tray/electron-tray.ts';
import { drawIcon } from './tray/icon.ts';
import { createTrayView } from './tray/tray.ts';
import { isTrayShown, runProgram } from './tray/tray-shown.ts';
import { watchLinks } from './watch-links.ts';
import { channels } from './window/channels.ts';
import { closeAction } from './window/close-action.ts';
import { saveDownloads } from './window/downloads.ts';
import { setUpIpc } from './window/ipc.ts';
import { createLinkOpener } from './window/links.ts';
import { createMainWindow } from './window/main-window.ts';
import { serveScheme } from './window/scheme.ts';
import { denyNetwork, denyPermissions, guardContents } from './window/security.ts';
import { askToLeave } from './window/unsaved-dialog.ts';

export interface Desktop {
  /** Brings the window up, unless the app is quitting. */
  show(): void;
  /** Hands a command to the page, which must be ready. */
  deliver(command: Command): void;
}

export interface DesktopDeps {
  readonly host: Host;
  readonly home: string;
  readonly launch: Launch;
  readonly commands: Commands;
  log(line: string): void;
}

/** Call it once, when the app is ready and the host runs. */
export async function runDesktop({ host, home, launch, commands, log }: DesktopDeps): Promise<Desktop> {
  const { platform } = process;
  const devTools = !app.isPackaged;
  const trayShown = await isTrayShown(platform, runProgram);
  const watch = watchHost(host);
  /** The machine is shutting down: no question can be answered any more. */
  let isGoingDown = false;
  const again = startCommand({
    execPath: process.execPath,
    appImage: process.env.APPIMAGE,
    isPackaged: app.isPackaged,
    appPath: app.getAppPath(),
    home: launch.home,
  });

  function show(): void {
    if (!quit.begun()) window.show();
  }
  function command(one: Command): void {
    commands.give(one);
    show();
  }

  denyPermissions(session.defaultSession);
  denyNetwork(session.defaultSession, { devTools });
  serveScheme(session.defaultSession, join(import.meta.dirname, '..', 'renderer'));
  saveDownloads(session.defaultSession, app.getPath('downloads'));
  guardContents(app, createLinkOpener({ openExternal: url => shell.openExternal(url), command, log }));

  const window = createMainWindow({
    preload: join(import.meta.dirname, 'preload.cjs'),
    icon: drawIcon('none', 128),
    stateFile: join(home, 'desktop', 'window.json'),
    devTools,
    closeAction: () =>
      closeAction({ quitting: quit.begun(), closeToTray: watch.current().settings.closeToTray, trayShown, platform }),
    mayLeave: async over => isGoingDown || (await askToLeave(over)),
    onPageLost: commands.lost,
    log,
  });
  const hide = host.pages.showIn({ kind: 'window', show });
  const stopIpc = setUpIpc({ ipcMain, host, window: window.contents, onReady: commands.ready });

  const template = platform === 'darwin';
  const tray = createTrayView({
    make: image => makeElectronTray(image, log),
    image: mark => drawIcon(mark, template ? 18 : platform === 'win32' ? 16 : 24, template),
    actions: {
      open: show,
      write: () => command({ kind: 'compose' }),
      quit: () => app.quit(),
      quitNow: () => app.exit(0),
      exchange: link => links.actions.exchange(link),
      stop: link => links.actions.stop(link),
      setOffline: (link, offline) => links.actions.setOffline(link, offline),
    },
  });
  const links = watchLinks({ host, clock: systemClock, show: tray.setLinks, log });

  const mailto = createMailtoHandler(app, again);
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(
      menuTemplate({
        platform,
        devTools,
        handlesMailto: mailto.isOurs(),
        setHandlesMailto: mailto.set,
        command,
        retryAll: () => host.retryAll(),
        print: () => window.contents()?.print(),
        showHomeFolder: () => void shell.openPath(home),
      }),
    ),
  );

  const stopNotifications = notifyOfMail({
    notices: listener => host.notices(listener),
    clock: systemClock,
    level: () => watch.current().settings.notify,
    isWatched: window.isFocused,
    show: createNotifier(drawIcon('none', 128)),
    command,
  });
  const stopPower = watchPower({
    powerMonitor,
    isOnline: () => net.isOnline(),
    interfaces: networkInterfaces,
    clock: systemClock,
    retryAll: () => host.retryAll(),
    networkChanged: () => host.networkChanged(),
    quit() {
      isGoingDown = true;
      app.quit();
    },
    log,
  });

  const apply = createStateApplier({ tray, platform, command: again, home, log });
  const quit = setUpQuit({
    app,
    async drain() {
      if (!(await window.close())) return false;
      tray.setDraining();
      stopNotifications();
      stopPower();
      links.dispose();
      hide();
      stopIpc();
      watch.dispose();
      await host.stop();
      tray.destroy();
      return true;
    },
    log,
  });

  watch.each(apply);
  app.on('activate', show);
  app.on('window-all-closed', () => app.quit());
  const atLogin = launch.hidden || (platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin);
  if (!atLogin || commands.areWaiting()) window.show();
  return { show, deliver: one => window.contents()?.send(channels.command, one) };
}
