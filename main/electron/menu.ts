// The application menu, in the order of each platform. Every command shows its key.
import type { MenuItemConstructorOptions } from 'electron';
import type { Command, Place } from '../../core/api/transport/desktop.ts';
import { text } from './text.ts';

type Item = MenuItemConstructorOptions;

export interface MenuDeps {
  readonly platform: NodeJS.Platform;
  /** Whether the menu offers the developer tools. */
  readonly devTools: boolean;
  /** Whether mail links of other programs come to this app. */
  readonly handlesMailto: boolean;
  command(command: Command): void;
  retryAll(): void;
  /** The page prints its open message, or the place it shows. */
  print(): void;
  setHandlesMailto(on: boolean): void;
  showHomeFolder(): void;
}

export function menuTemplate(deps: MenuDeps): Item[] {
  const mac = deps.platform === 'darwin';
  return [
    ...(mac ? [macAppMenu(deps)] : []),
    fileMenu(deps, mac),
    { label: text.menu.edit, submenu: editItems() },
    { label: text.menu.view, submenu: viewItems(deps) },
    { label: text.menu.go, submenu: placeItems(deps) },
    mac ? { role: 'windowMenu' } : { label: text.menu.window, submenu: [{ role: 'minimize' }, { role: 'close' }] },
    {
      label: text.menu.help,
      role: 'help',
      submenu: [
        { label: text.menu.homeFolder, click: deps.showHomeFolder },
        ...(mac ? [] : [{ role: 'about' as const }]),
      ],
    },
  ];
}

function macAppMenu(deps: MenuDeps): Item {
  return {
    label: text.name,
    submenu: [
      { role: 'about' },
      separator,
      settingsItem(deps),
      mailtoItem(deps),
      separator,
      { role: 'services' },
      separator,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      separator,
      { role: 'quit', label: text.menu.quit },
    ],
  };
}

function fileMenu(deps: MenuDeps, mac: boolean): Item {
  return {
    label: text.menu.file,
    submenu: [
      { label: text.menu.write, accelerator: 'CmdOrCtrl+N', click: () => deps.command({ kind: 'compose' }) },
      { label: text.menu.retry, accelerator: 'CmdOrCtrl+Shift+R', click: deps.retryAll },
      { label: text.menu.print, accelerator: 'CmdOrCtrl+P', click: deps.print },
      separator,
      ...(mac ? [] : [settingsItem(deps), mailtoItem(deps), separator]),
      mac ? { role: 'close', label: text.menu.close } : { role: 'quit', label: text.menu.quit, accelerator: 'Ctrl+Q' },
    ],
  };
}

function editItems(): Item[] {
  const roles = ['undo', 'redo', '-', 'cut', 'copy', 'paste', 'pasteAndMatchStyle', 'delete', 'selectAll'] as const;
  return roles.map(role => (role === '-' ? separator : { role }));
}

function viewItems(deps: MenuDeps): Item[] {
  return [
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { role: 'resetZoom' },
    separator,
    { role: 'togglefullscreen' },
    ...(deps.devTools ? [separator, { role: 'reload' as const }, { role: 'toggleDevTools' as const }] : []),
  ];
}

const places: readonly Exclude<Place, 'settings'>[] = ['mail', 'queue', 'rules', 'links', 'status'];

function placeItems(deps: MenuDeps): Item[] {
  return places.map((place, index) => ({
    label: text.menu[place],
    accelerator: `CmdOrCtrl+${index + 1}`,
    click: () => deps.command({ kind: 'place', place }),
  }));
}

function settingsItem(deps: MenuDeps): Item {
  return {
    label: text.menu.settings,
    accelerator: 'CmdOrCtrl+,',
    click: () => deps.command({ kind: 'place', place: 'settings' }),
  };
}

/** Links of other programs open here only if the user has chosen so. */
function mailtoItem(deps: MenuDeps): Item {
  return {
    label: text.menu.mailtoLinks,
    type: 'checkbox',
    checked: deps.handlesMailto,
    click: item => deps.setHandlesMailto(item.checked),
  };
}

const separator: Item = { type: 'separator' };
