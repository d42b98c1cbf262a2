// What each key does: one table for each group of the key sheet.
import type { Place } from '../../core/api/transport/desktop.ts';
import type { App } from '../models/app.ts';
import { text } from '../text/en.ts';
import type { Shortcut } from '../ui/shortcuts.ts';
import { focusList, focusSearch, inAside, inComposer } from './focus.ts';

type Run = Shortcut['run'];
type Key = readonly [keys: string, label: string, run: Run];

export function createShortcuts(app: App): Shortcut[] {
  const { everywhere, list, message } = text.keys.groups;
  const group = (name: string, keys: readonly Key[]): Shortcut[] =>
    keys.map(([keys, label, run]) => ({ group: name, keys, label, run }));
  return [
    ...group(everywhere, keysEverywhere(app)),
    ...group(list, listKeys(app)),
    ...group(message, messageKeys(app)),
  ];
}

function keysEverywhere(app: App): Key[] {
  const { keys } = text;
  const always = (run: () => unknown) => () => {
    run();
    return true;
  };
  const go = (place: Place) => always(() => app.go(place));
  return [
    [
      '/',
      keys.search,
      always(() => {
        app.go('mail');
        focusSearch();
      }),
    ],
    ['c', keys.write, always(() => app.write())],
    ['z', keys.undo, () => app.toasts.undo()],
    ['g m', keys.goMail, go('mail')],
    ['g q', keys.goQueue, go('queue')],
    ['g r', keys.goRules, go('rules')],
    ['g l', keys.goLinks, go('links')],
    ['g t', keys.goStatus, go('status')],
    ['g s', keys.goSettings, go('settings')],
    ['?', keys.sheet, always(() => app.showSheet(true))],
    ['Escape', keys.leave, () => leave(app)],
  ];
}

function listKeys(app: App): Key[] {
  const { mail } = app;
  const { keys } = text;
  const inList = (run: () => unknown): Run =>
    inMail(app, () => {
      run();
      focusList();
    });
  return [
    ['j', keys.next, inList(() => mail.step(1))],
    ['k', keys.previous, inList(() => mail.step(-1))],
    ['n', keys.nextUnread, inList(() => mail.nextUnread())],
    ['Enter', keys.open, inMail(app, () => app.openActive())],
    [
      'x',
      keys.mark,
      inMail(app, () => {
        const id = mail.list.active.value?.id ?? mail.reader.id.value;
        if (id !== undefined) mail.list.selection.toggle(id);
      }),
    ],
    ['Ctrl+a', keys.selectAll, () => !inAside() && inMail(app, () => mail.list.selection.all())()],
  ];
}

function messageKeys(app: App): Key[] {
  const { mail } = app;
  const { keys } = text;
  const onMessage = (run: () => unknown): Run =>
    inMail(app, () => {
      if (mail.targets().length > 0) run();
    });
  const removing = (run: () => unknown): Run =>
    onMessage(() => {
      run();
      focusList();
    });
  return [
    ['r', keys.reply, onMessage(() => app.answer('reply'))],
    ['a', keys.replyAll, onMessage(() => app.answer('reply-all'))],
    ['f', keys.forward, onMessage(() => app.answer('forward'))],
    ['e', keys.archive, removing(() => mail.actions.archive())],
    ['#', keys.trash, removing(() => mail.actions.trash())],
    ['u', keys.unread, onMessage(() => mail.actions.toggleSeen())],
    ['*', keys.flag, onMessage(() => mail.actions.toggleFlag())],
    ['p', keys.print, () => mail.reader.message.value !== undefined && inMail(app, () => window.print())()],
    // Only listed: the composer handles this key itself, since it works while typing.
    ['Ctrl+Enter', keys.send, () => false],
  ];
}

/** Keys of the mail place do nothing elsewhere, nor in the composer, which has its own. */
function inMail(app: App, run: () => unknown): Run {
  return () => {
    if (app.place.value !== 'mail' || inComposer()) return false;
    run();
    return true;
  };
}

/** Escape closes one thing at a time: the drawer, the selection, the message. */
function leave({ place, mail }: App): boolean {
  if (place.value !== 'mail' || inComposer()) return false;
  if (mail.drawer.value) mail.showDrawer(false);
  else if (mail.list.selection.ids.value.size > 0) mail.list.selection.clear();
  else if (mail.reader.id.value !== undefined) mail.closeMessage();
  else return false;
  focusList();
  return true;
}
