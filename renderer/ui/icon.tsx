// The window's icons: one set, drawn on a 20-unit grid with 1.5-unit strokes. Each is beside a word, so screen readers
// skip it.
const paths = {
  mail: 'M3 5.5h14v9.5H3z M3 6l7 5.5L17 6',
  queue: 'M6.5 3.5v12 M3.5 12.5l3 3 3-3 M13.5 16.5v-12 M10.5 7.5l3-3 3 3',
  rules: 'M5 3.5v13 M5 12c0-3.5 9.5-1.5 9.5-5.5 M12 7l2.5-2.5L17 7',
  links: 'M8.5 11.5l3-3 M9.5 6.5l2-2a2.8 2.8 0 0 1 4 4l-2 2 M10.5 13.5l-2 2a2.8 2.8 0 0 1-4-4l2-2',
  status: 'M3 10.5h3l2-5 4 9 2-4h3',
  settings: 'M3 6h8 M15 6h2 M3 14h2 M9 14h8 M11 6a2 2 0 1 0 4 0a2 2 0 1 0-4 0 M5 14a2 2 0 1 0 4 0a2 2 0 1 0-4 0',
  write: 'M4 16l.8-3.3L13 4.5l2.5 2.5-8.2 8.2z M11.3 6.2l2.5 2.5',
  search: 'M4 8.5a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0 M12 12l4.5 4.5',
  reply: 'M8 5L3.5 9.5L8 14 M3.5 9.5h7c3.5 0 6 2 6 5.5',
  replyAll: 'M6.5 5L2 9.5L6.5 14 M10.5 5L6 9.5L10.5 14 M6 9.5h6c3 0 5.5 2 5.5 5.5',
  forward: 'M12 5l4.5 4.5L12 14 M16.5 9.5h-7c-3.5 0-6 2-6 5.5',
  archive: 'M3 4.5h14v3.5H3z M4.5 8v7.5h11V8 M8 11h4',
  trash: 'M4 5.5h12 M8 5.5v-2h4v2 M5.5 5.5l.8 11h7.4l.8-11',
  unread: 'M3 7.5V15h14V9.5 M3 7.5l7 4.5 3-2 M12.5 5.5a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0',
  flag: 'M5 17V3.5 M5 4.5h10l-2.5 3.25L15 11H5',
  clip: 'M14.5 9.5l-5 5a3 3 0 0 1-4.25-4.25l6-6a2 2 0 0 1 2.9 2.9l-5.8 5.8a1 1 0 0 1-1.4-1.4l5-5',
  save: 'M10 3.5v9 M6.5 9.5l3.5 3.5 3.5-3.5 M4 16.5h12',
  menu: 'M3.5 6h13 M3.5 10h13 M3.5 14h13',
  back: 'M12 4.5L6.5 10l5.5 5.5',
  close: 'M5 5l10 10 M15 5L5 15',
  send: 'M3.5 4.5L17 10 3.5 15.5l1.8-5.5z M5.3 10H11',
  up: 'M5 12.5l5-5 5 5',
  down: 'M5 7.5l5 5 5-5',
  more: 'M4.5 10h1 M9.5 10h1 M14.5 10h1',
  power: 'M10 3.5v6 M6.3 5.8a5.5 5.5 0 1 0 7.4 0',
  plus: 'M10 4v12 M4 10h12',
  retry: 'M15.5 7a6 6 0 1 0 .5 4.5 M16 3.5V7h-3.5',
  hold: 'M7 4.5v11 M13 4.5v11',
  release: 'M6.5 4.5l9 5.5-9 5.5z',
  folder: 'M3 5.5h5l1.5 2H17v8H3z',
  inbox: 'M3 11l2.5-6.5h9L17 11v4.5H3z M3 11h4l1 2h4l1-2h4',
  draft: 'M5 3.5h7l3 3v10H5z M8 10h4 M8 13h4',
  warn: 'M10 4l7 12H3z M10 8.5v3.5 M10 13.8v.4',
  check: 'M4.5 10.5l3.5 3.5 7.5-8',
  first: 'M4.5 4h11 M5 11.5l5-5 5 5 M10 6.5V16',
  refuse: 'M4 10a6 6 0 1 0 12 0a6 6 0 1 0-12 0 M5.8 5.8l8.4 8.4',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" width="18" height="18" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
