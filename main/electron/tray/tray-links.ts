// The links in the tray: one line in its menu for each, and in the tooltip those over which mail goes at this moment.
import type { MenuItemConstructorOptions } from 'electron';
import type { LinkStatus } from '../../../core/api/links.ts';
import { text } from '../text.ts';

export interface LinkActions {
  exchange(link: string): void;
  stop(link: string): void;
  setOffline(link: string, offline: boolean): void;
}

/** A menu of more could not be read. The window shows all. */
const mostShown = 10;

export function linkItems(links: readonly LinkStatus[], actions: LinkActions): MenuItemConstructorOptions[] {
  return links.slice(0, mostShown).map(link => ({
    label: linkLabel(link),
    submenu: [
      link.progress
        ? { label: text.tray.link.stop, click: () => actions.stop(link.name) }
        : { label: text.tray.link.exchange, click: () => actions.exchange(link.name) },
      {
        label: text.tray.link.stayOffline,
        type: 'checkbox',
        checked: link.offline,
        click: () => actions.setOffline(link.name, !link.offline),
      },
    ],
  }));
}

/** `kiss: up, 3 messages wait`. */
export function linkLabel({ name, progress, offline, state, waiting }: LinkStatus): string {
  const words = text.tray.link;
  const now = progress ? words.contact : offline ? words.offline : words[state];
  const waits = waiting.messages > 0 ? `, ${words.waits(waiting.messages)}` : '';
  return `${name}: ${now}${waits}`;
}

/** Empty: no contact runs. */
export function linksTip(links: readonly LinkStatus[]): string {
  const names = links.filter(({ progress }) => progress).map(({ name }) => name);
  return names.length > 0 ? text.tray.link.contacts(names.join(', ')) : '';
}
