// The tray icon: shows unread mail and problems, and opens or quits the app.
import type { MenuItemConstructorOptions, NativeImage } from 'electron';
import type { HostStatus } from '../../../core/api/host.ts';
import type { LinkStatus } from '../../../core/api/links.ts';
import { text } from '../text.ts';
import { type LinkActions, linkItems, linkLabel, linksTip } from './tray-links.ts';

/** The icon's mark; problems come before unread mail. */
export type TrayMark = 'none' | 'unread' | 'problem';

/** The part of Electron's Tray that is used. */
export interface TrayIcon {
  setImage(image: NativeImage): void;
  setToolTip(tip: string): void;
  setMenu(items: MenuItemConstructorOptions[]): void;
  onClick(listener: () => void): void;
  destroy(): void;
}

export interface TrayActions extends LinkActions {
  open(): void;
  write(): void;
  quit(): void;
  quitNow(): void;
}

export interface TrayView {
  setStatus(status: HostStatus): void;
  setLinks(links: readonly LinkStatus[]): void;
  /** The app is quitting and waits for deliveries. */
  setDraining(): void;
  destroy(): void;
}

/** @param make creates the icon; undefined where the system has no tray */
export function createTrayView(deps: {
  make(image: NativeImage): TrayIcon | undefined;
  image(mark: TrayMark): NativeImage;
  actions: TrayActions;
}): TrayView {
  const { actions } = deps;
  const tray = deps.make(deps.image('none'));
  let status: HostStatus | undefined;
  let links: readonly LinkStatus[] = [];
  let draining = false;
  let shown: TrayMark = 'none';
  tray?.onClick(() => {
    if (!draining) actions.open();
  });

  function render(): void {
    if (!tray) return;
    const mark = status ? trayMark(status) : 'none';
    if (mark !== shown) tray.setImage(deps.image(mark));
    shown = mark;
    tray.setToolTip(draining ? `${text.name}: ${text.tray.draining}` : trayTip(status, links));
    tray.setMenu(draining ? drainingMenu(actions) : trayMenu(status, links, actions));
  }

  render();
  return {
    setStatus(next) {
      if (status && sameLook(status, next)) return;
      status = next;
      render();
    },
    setLinks(next) {
      const look = (some: readonly LinkStatus[]) => JSON.stringify([linksTip(some), some.map(linkLabel)]);
      const isSame = look(links) === look(next);
      links = next;
      if (!isSame) render();
    },
    setDraining() {
      draining = true;
      render();
    },
    destroy: () => tray?.destroy(),
  };
}

export function trayMark(status: HostStatus): TrayMark {
  if (status.problems.length > 0) return 'problem';
  return status.unread > 0 ? 'unread' : 'none';
}

/** One line: `Waypost: 3 unread, 1 problem`. */
export function trayTip(status: HostStatus | undefined, links: readonly LinkStatus[] = []): string {
  if (!status) return text.name;
  const parts = [
    status.unread > 0 ? text.tray.unread(status.unread) : '',
    status.waiting > 0 ? text.tray.waiting(status.waiting) : '',
    status.problems.length > 0 ? text.tray.problems(status.problems.length) : '',
    linksTip(links),
  ].filter(part => part !== '');
  return parts.length > 0 ? `${text.name}: ${parts.join(', ')}` : text.name;
}

function trayMenu(
  status: HostStatus | undefined,
  links: readonly LinkStatus[],
  actions: TrayActions,
): MenuItemConstructorOptions[] {
  const problems = status?.problems ?? [];
  return [
    { label: text.tray.open, click: actions.open },
    { label: text.tray.write, click: actions.write },
    { type: 'separator' },
    ...linkItems(links, actions),
    ...(links.length > 0 ? [{ type: 'separator' as const }] : []),
    ...problems.map(problem => ({ label: `⚠ ${oneLine(problem.text)}`, click: actions.open })),
    ...(problems.length > 0 ? [{ type: 'separator' as const }] : []),
    { label: text.tray.quit, click: actions.quit },
  ];
}

function drainingMenu(actions: TrayActions): MenuItemConstructorOptions[] {
  return [
    { label: text.tray.draining, enabled: false },
    { type: 'separator' },
    { label: text.tray.quitNow, click: actions.quitNow },
  ];
}

/** Menus are drawn again (and closed, on Linux) when they are set, so only visible changes count. */
function sameLook(a: HostStatus, b: HostStatus): boolean {
  return trayTip(a) === trayTip(b) && JSON.stringify(a.problems) === JSON.stringify(b.problems);
}

function oneLine(sentence: string): string {
  const line = sentence.replaceAll(/\s+/g, ' ').replaceAll('&', '&&');
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
