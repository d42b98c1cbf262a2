// What each key does.
import type { Place } from '../../core/api/desktop.ts';
import type { App } from '../models/app.ts';
import { text } from '../text/en.ts';
import type { Shortcut } from '../ui/shortcuts.ts';
import { focusList, focusSearch, inAside, inComposer } from './focus.ts';

export function createShortcuts(app: App): Shortcut[] {
  const { mail } = app;
  const { everywhere, list, message } = text.keys.groups;
  const key = (group: string, keys: string, label: string, run: () => boolean | undefined): Shortcut => ({
    group,
    keys,
    label,
    run,
  });

  const inMail = (run: () => unknown) => () => {
    if (app.place.value !== 'mail' || inComposer()) return false;
    run();
    return true;
  };
  const onMessage = (run: () => unknown) =>
    inMail(() => {
      if (mail.targets().length > 0) run();
    });
  const removing = (run: () => unknown) =>
    onMessage(() => {
      run();
      focusList();
    });
  const go = (place: Place) => () => {
    app.go(place);
    return true;
  };
  const step = (by: number) =>
    inMail(() => {
      mail.step(by);
      focusList();
    });

  return [
    key(everywhere, '/', text.keys.search, () => {
      app.go('mail');
      focusSearch();
      return true;
    }),
    key(everywhere, 'c', text.keys.write, () => {
      void app.write();
      return true;
    }),
    key(everywhere, 'z', text.keys.undo, () => app.toasts.undo()),
    key(everywhere, 'g m', text.keys.goMail, go('mail')),
    key(everywhere, 'g q', text.keys.goQueue, go('queue')),
    key(everywhere, 'g r', text.keys.goRules, go('rules')),
    key(everywhere, 'g s', text.keys.goSettings, go('settings')),
    key(everywhere, '?', text.keys.sheet, () => {
      app.showSheet(true);
      return true;
    }),
    key(everywhere, 'Escape', text.keys.leave, () => leave(app)),
    key(list, 'j', text.keys.next, step(1)),
    key(list, 'k', text.keys.previous, step(-1)),
    key(
      list,
      'n',
      text.keys.nextUnread,
      inMail(() => {
        void mail.nextUnread();
        focusList();
      }),
    ),
    key(
      list,
      'Enter',
      text.keys.open,
      inMail(() => app.openActive()),
    ),
    key(
      list,
      'x',
      text.keys.mark,
      inMail(() => {
        const id = mail.list.active.value?.id ?? mail.reader.id.value;
        if (id !== undefined) mail.list.selection.toggle(id);
      }),
    ),
    key(list, 'Ctrl+a', text.keys.selectAll, () => {
      if (app.place.value !== 'mail' || inComposer() || inAside()) return false;
      void mail.list.selection.all();
      return true;
    }),
    key(
      message,
      'r',
      text.keys.reply,
      onMessage(() => app.answer('reply')),
    ),
    key(
      message,
      'a',
      text.keys.replyAll,
      onMessage(() => app.answer('reply-all')),
    ),
    key(
      message,
      'f',
      text.keys.forward,
      onMessage(() => app.answer('forward')),
    ),
    key(
      message,
      'e',
      text.keys.archive,
      removing(() => mail.actions.archive()),
    ),
    key(
      message,
      '#',
      text.keys.trash,
      removing(() => mail.actions.trash()),
    ),
    key(
      message,
      'u',
      text.keys.unread,
      onMessage(() => mail.actions.toggleSeen()),
    ),
    key(
      message,
      '*',
      text.keys.flag,
      onMessage(() => mail.actions.toggleFlag()),
    ),
    key(message, 'p', text.keys.print, () => {
      if (app.place.value !== 'mail' || inComposer() || !mail.reader.message.value) return false;
      window.print();
      return true;
    }),
    // Listed here; the composer itself listens for it, as it works while typing.
    key(message, 'Ctrl+Enter', text.keys.send, () => false),
  ];
}

/** Escape takes back one step at a time: drawer, selection, message. */
function leave({ place, mail }: App): boolean {
  if (place.value !== 'mail' || inComposer()) return false;
  if (mail.drawer.value) mail.showDrawer(false);
  else if (mail.list.selection.ids.value.size > 0) mail.list.selection.clear();
  else if (mail.reader.id.value !== undefined) mail.closeMessage();
  else return false;
  focusList();
  return true;
}
