// What clicks and keys do in the message list.
import type { App } from '../../models/app.ts';
import { focusList } from '../focus.ts';

/** A click: opens a message; with Ctrl selects it too, with Shift all rows up to it. */
export function pickRow(app: App, index: number, event: MouseEvent): void {
  const { mail, composer } = app;
  const { list } = mail;
  const { selection } = list;
  const row = list.rows.value.get(index);
  const active = list.active.value;
  if (!row) return;
  if (event.shiftKey && active) mail.goTo(index, 'extend');
  else if (event.ctrlKey || event.metaKey) {
    if (selection.ids.value.size === 0 && active && active.id !== row.id) selection.toggle(active.id);
    selection.toggle(row.id);
  } else {
    selection.clear();
    composer.hide();
    mail.goTo(index, 'open');
  }
}

/** A row is dragged: what moves is the selection, if the row is part of it, else the row alone. */
export function dragRow({ mail }: App, index: number): void {
  const { list } = mail;
  const row = list.rows.value.get(index);
  if (!row) return;
  if (!list.selection.ids.value.has(row.id)) {
    list.selection.clear();
    mail.goTo(index, 'pass');
  }
  mail.drag(mail.targets());
}

/** The keys of a listbox. True when the key was one of them. */
export function moveByKey(app: App, event: KeyboardEvent, pageRows: number): boolean {
  const { mail } = app;
  const { list } = mail;
  const at = list.active.value?.index ?? -1;
  const last = list.total.value - 1;
  const to: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + pageRows,
    PageUp: at - pageRows,
    Home: 0,
    End: last,
  };
  const wanted = to[event.key];
  if (event.key === ' ') {
    if (list.active.value) list.selection.toggle(list.active.value.id);
    return true;
  }
  if (wanted === undefined || event.altKey || event.metaKey) return false;
  const index = Math.max(0, Math.min(last, wanted));
  mail.goTo(index, event.shiftKey && at >= 0 ? 'extend' : 'pass');
  focusList();
  return true;
}
