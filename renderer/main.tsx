// Starts the window: connects to its host, creates the models, draws the shell, and connects it to the page.
import { effect, signal } from '@preact/signals';
import { render } from 'preact';
import { openHost } from './client.ts';
import { followHistory, placeInAddress } from './history.ts';
import { createApp } from './models/app.ts';
import { pageUnsaved } from './models/compose/unsaved.ts';
import { pagePreferences } from './models/preferences.ts';
import { pageTimers } from './models/timers.ts';
import { text } from './text/en.ts';
import { shortcutHandler } from './ui/shortcuts.ts';
import { applyTheme } from './ui/theme.ts';
import { Shell } from './views/shell.tsx';
import { createShortcuts } from './views/shortcuts.ts';

const timers = pageTimers(window);
const preferences = pagePreferences(window);
const remembered = preferences.get('theme');
// The theme of last time is applied at once, so that nothing flashes until the host answers.
if (remembered === 'light' || remembered === 'dark') applyTheme(remembered);

const narrow = matchMedia('(max-width: 859px)');
const singlePane = signal(narrow.matches);
narrow.addEventListener('change', () => {
  singlePane.value = narrow.matches;
});

const app = createApp({
  host: openHost(window, timers),
  timers,
  preferences,
  unsaved: pageUnsaved(window, timers),
  singlePane,
  place: placeInAddress(window) ?? 'mail',
});

effect(() => {
  const theme = app.host.settings.value?.theme;
  if (theme === undefined) return;
  applyTheme(theme);
  preferences.set('theme', theme);
});
// At a first start; once, as nobody wants it again in the same window.
const welcomed = effect(() => {
  if (!app.host.settings.value?.welcome) return;
  queueMicrotask(() => welcomed());
  void app.guide.show();
});
effect(() => {
  const unread = app.host.status.value?.unread ?? 0;
  document.title = unread > 0 ? `(${unread}) ${text.app}` : text.app;
});
followHistory(app, window);
// The draft is saved before the page can go.
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') app.composer.keep();
});
window.addEventListener('beforeunload', event => {
  // The desktop app sends what is pending before the page goes; a browser may not, so it asks the user.
  const isOnItsWay = app.composer.keep() && !app.desktop;
  if (isOnItsWay || app.rules.edits.value.size + app.links.editor.edits.value.size > 0) event.preventDefault();
});
// A file that is dropped outside the composer must not replace the window.
for (const kind of ['dragover', 'drop'] as const) document.addEventListener(kind, event => event.preventDefault());

document.addEventListener(
  'keydown',
  shortcutHandler(createShortcuts(app), () => Date.now()),
);

const root = document.getElementById('app');
if (!root) throw new Error('the page has no element named app');
render(<Shell app={app} />, root);
