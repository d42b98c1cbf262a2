// Every text that the desktop shows outside the window: menus, tray, notifications, dialogs.

const plural = new Intl.PluralRules('en');
const numbers = new Intl.NumberFormat('en');

function count(n: number, one: string, other: string): string {
  return (plural.select(n) === 'one' ? one : other).replace('#', numbers.format(n));
}

export const text = {
  name: 'Waypost',
  cannotStart: 'Waypost cannot start',
  unsaved: {
    message: 'Close without saving the changes to your rules?',
    detail: 'Changes in Rules that are not saved will be lost.',
    buttons: ['Keep Editing', 'Discard Changes'],
  },
  noSandbox:
    'Waypost shows mail only inside Chromium’s sandbox, but was started without it (--no-sandbox). An AppImage is ' +
    'started like that where programs may not create user namespaces. Allow them, install the deb package instead, or ' +
    'use the page (waypost serve --ui 127.0.0.1:8025).',
  menu: {
    file: '&File',
    edit: '&Edit',
    view: '&View',
    go: '&Go',
    window: '&Window',
    help: '&Help',
    write: 'New Message',
    retry: 'Send and Retry Everything Now',
    print: 'Print …',
    mailtoLinks: 'Open mail links with Waypost',
    mail: 'Mail',
    queue: 'Queue',
    rules: 'Rules',
    links: 'Links',
    status: 'Status',
    settings: 'Settings',
    close: 'Close Window',
    quit: 'Quit Waypost',
    homeFolder: 'Show the Home Folder',
  },
  tray: {
    open: 'Open Waypost',
    write: 'Write a Message',
    quit: 'Quit Waypost',
    quitNow: 'Quit Now (deliveries start over next time)',
    draining: 'Finishing deliveries…',
    unread: (n: number) => count(n, '# unread', '# unread'),
    waiting: (n: number) => count(n, '# waiting to be sent', '# waiting to be sent'),
    problems: (n: number) => count(n, '# problem', '# problems'),
    link: {
      contact: 'in contact',
      offline: 'stays offline',
      up: 'up',
      down: 'down',
      unknown: 'not known yet',
      waits: (n: number) => count(n, '# message waits', '# messages wait'),
      contacts: (names: string) => `in contact over ${names}`,
      exchange: 'Exchange Mail Now',
      stop: 'End the Contact',
      stayOffline: 'Stay Offline',
    },
  },
  notify: {
    messages: (n: number) => count(n, '# new message', '# new messages'),
    from: (names: readonly string[], others: number) =>
      others > 0 ? `From ${names.join(', ')} and ${numbers.format(others)} more` : `From ${names.join(', ')}`,
    noSubject: '(no subject)',
  },
  autostartComment: 'Receives and sends mail as soon as you log in',
};
