// The big providers, as data: their domains, their servers, and what they want for a password. What a provider's own help says counts
// more: every answer can be changed.
import type { FetchServer, MailServer, PasswordKind } from '../api/guide.ts';

export interface MailProvider {
  readonly title: string;
  /** Of the addresses. */
  readonly domains: readonly string[];
  /** Suffixes of the mail exchangers that it has for other domains. */
  readonly exchangers: readonly string[];
  readonly sending: MailServer;
  /** The best first. */
  readonly fetching: readonly FetchServer[];
  readonly password: PasswordKind;
}

const tls = (host: string, port = 465): MailServer => ({ host, port, tls: 'implicit' });
const startTls = (host: string, port = 587): MailServer => ({ host, port, tls: 'starttls' });
const imap = (host: string): FetchServer => ({ protocol: 'imap', host, port: 993, tls: 'implicit' });
const pop3 = (host: string): FetchServer => ({ protocol: 'pop3', host, port: 995, tls: 'implicit' });
const both = (host: string): readonly FetchServer[] => [imap(host), pop3(host)];

const ofAccount: PasswordKind = { kind: 'account', says: '', url: '' };
const account = (says: string, url = ''): PasswordKind => ({ kind: 'account', says, url });
const app = (url: string, says = ''): PasswordKind => ({
  kind: 'app',
  says: `The password of the account does not do: make one for this program alone (an app password).${says && ` ${says}`}`,
  url,
});
const token = (says: string): PasswordKind => ({ kind: 'token', says, url: '' });

const microsoftTokens = token(
  'Microsoft takes no passwords from programs any more, but tokens (OAuth), which this guide cannot get: see Tokens in docs/provider.md, and waypost login.',
);
const yahooHelp = 'https://login.yahoo.com/account/security';

export const mailProviders: readonly MailProvider[] = [
  {
    title: 'Google',
    domains: ['gmail.com', 'googlemail.com'],
    exchangers: ['google.com', 'googlemail.com'],
    sending: tls('smtp.gmail.com'),
    fetching: [imap('imap.gmail.com'), pop3('pop.gmail.com')],
    password: app('https://myaccount.google.com/apppasswords', 'Two-step verification must be on.'),
  },
  {
    title: 'Microsoft Outlook.com',
    domains: ['outlook.com', 'hotmail.com', 'live.com', 'msn.com', 'outlook.de', 'outlook.fr', 'hotmail.fr', 'live.fr'],
    exchangers: ['olc.protection.outlook.com'],
    sending: startTls('smtp-mail.outlook.com'),
    fetching: both('outlook.office365.com'),
    password: microsoftTokens,
  },
  {
    title: 'Microsoft 365',
    domains: [],
    exchangers: ['mail.protection.outlook.com', 'mx.microsoft'],
    sending: startTls('smtp.office365.com'),
    fetching: both('outlook.office365.com'),
    password: microsoftTokens,
  },
  {
    title: 'Apple iCloud',
    domains: ['icloud.com', 'me.com', 'mac.com'],
    exchangers: ['mail.icloud.com'],
    sending: startTls('smtp.mail.me.com'),
    fetching: [imap('imap.mail.me.com')],
    password: app('https://account.apple.com', 'It is called app-specific password there, below Sign-In and Security.'),
  },
  {
    title: 'Yahoo',
    domains: [
      'yahoo.com',
      'yahoo.co.uk',
      'yahoo.de',
      'yahoo.fr',
      'yahoo.es',
      'yahoo.it',
      'ymail.com',
      'rocketmail.com',
    ],
    exchangers: ['yahoodns.net'],
    sending: tls('smtp.mail.yahoo.com'),
    fetching: [imap('imap.mail.yahoo.com'), pop3('pop.mail.yahoo.com')],
    password: app(yahooHelp),
  },
  {
    title: 'AOL',
    domains: ['aol.com', 'aim.com', 'aol.de', 'aol.fr', 'aol.co.uk'],
    exchangers: [],
    sending: tls('smtp.aol.com'),
    fetching: [imap('imap.aol.com'), pop3('pop.aol.com')],
    password: app('https://login.aol.com/account/security'),
  },
  {
    title: 'Fastmail',
    domains: ['fastmail.com', 'fastmail.fm', 'sent.com'],
    exchangers: ['messagingengine.com'],
    sending: tls('smtp.fastmail.com'),
    fetching: [imap('imap.fastmail.com'), pop3('pop.fastmail.com')],
    password: app('https://app.fastmail.com/settings/security', 'Give it access to mail: IMAP, POP and SMTP.'),
  },
  {
    title: 'GMX',
    domains: ['gmx.net', 'gmx.de', 'gmx.at', 'gmx.ch', 'gmx.org', 'gmx.info'],
    exchangers: [],
    sending: tls('mail.gmx.net'),
    fetching: [imap('imap.gmx.net'), pop3('pop.gmx.net')],
    password: account(
      'Allow access by POP3 and IMAP in the settings of the mailbox first. With two-factor login, make an app password there.',
    ),
  },
  {
    title: 'GMX',
    domains: ['gmx.com', 'gmx.us', 'gmx.co.uk', 'gmx.fr'],
    exchangers: [],
    sending: startTls('mail.gmx.com'),
    fetching: [imap('imap.gmx.com'), pop3('pop.gmx.com')],
    password: account(
      'Allow access by POP3 and IMAP in the settings of the mailbox first. With two-factor login, make an app password there.',
    ),
  },
  {
    title: 'WEB.DE',
    domains: ['web.de'],
    exchangers: [],
    sending: tls('smtp.web.de'),
    fetching: [imap('imap.web.de'), pop3('pop3.web.de')],
    password: account(
      'Allow access by POP3 and IMAP in the settings of the mailbox first. With two-factor login, make an app password there.',
    ),
  },
  {
    title: 'mailbox.org',
    domains: ['mailbox.org'],
    exchangers: ['mailbox.org'],
    sending: tls('smtp.mailbox.org'),
    fetching: [imap('imap.mailbox.org'), pop3('pop3.mailbox.org')],
    password: account('With two-factor login, make an app password in its settings.'),
  },
  {
    title: 'Posteo',
    domains: ['posteo.de', 'posteo.net', 'posteo.org', 'posteo.eu'],
    exchangers: [],
    sending: tls('posteo.de'),
    fetching: both('posteo.de'),
    password: ofAccount,
  },
  {
    title: 'Zoho',
    domains: ['zoho.com', 'zohomail.com'],
    exchangers: ['zoho.com'],
    sending: tls('smtp.zoho.com'),
    fetching: [imap('imap.zoho.com'), pop3('pop.zoho.com')],
    password: account('With two-factor login, make an app-specific password.', 'https://accounts.zoho.com'),
  },
  {
    title: 'Zoho',
    domains: ['zohomail.eu'],
    exchangers: ['zoho.eu'],
    sending: tls('smtp.zoho.eu'),
    fetching: [imap('imap.zoho.eu'), pop3('pop.zoho.eu')],
    password: account('With two-factor login, make an app-specific password.', 'https://accounts.zoho.eu'),
  },
  {
    title: 'Yandex',
    domains: ['yandex.com', 'yandex.ru', 'ya.ru'],
    exchangers: ['yandex.net', 'yandex.ru'],
    sending: tls('smtp.yandex.com'),
    fetching: [imap('imap.yandex.com'), pop3('pop.yandex.com')],
    password: app(
      'https://id.yandex.com/security/app-passwords',
      'Allow mail programs in the settings of the mailbox.',
    ),
  },
  {
    title: 'T-Online',
    domains: ['t-online.de', 'magenta.de'],
    exchangers: [],
    sending: tls('securesmtp.t-online.de'),
    fetching: [imap('secureimap.t-online.de'), pop3('securepop.t-online.de')],
    password: account(
      'It is the password for e-mail programs, which its customer centre has besides that of the login.',
    ),
  },
  {
    title: 'freenet',
    domains: ['freenet.de'],
    exchangers: [],
    sending: tls('mx.freenet.de'),
    fetching: both('mx.freenet.de'),
    password: ofAccount,
  },
  {
    title: 'IONOS',
    domains: ['online.de', 'onlinehome.de'],
    exchangers: ['kundenserver.de', 'ionos.com', 'ionos.de', 'perfora.net'],
    sending: tls('smtp.ionos.de'),
    fetching: [imap('imap.ionos.de'), pop3('pop.ionos.de')],
    password: ofAccount,
  },
  {
    title: 'STRATO',
    domains: [],
    exchangers: ['rzone.de'],
    sending: tls('smtp.strato.de'),
    fetching: [imap('imap.strato.de'), pop3('pop3.strato.de')],
    password: ofAccount,
  },
  {
    title: 'OVHcloud',
    domains: [],
    exchangers: ['mail.ovh.net'],
    sending: tls('ssl0.ovh.net'),
    fetching: both('ssl0.ovh.net'),
    password: ofAccount,
  },
  {
    title: 'Gandi',
    domains: [],
    exchangers: ['mail.gandi.net'],
    sending: tls('mail.gandi.net'),
    fetching: both('mail.gandi.net'),
    password: ofAccount,
  },
  {
    title: 'Infomaniak',
    domains: ['ik.me', 'etik.com'],
    exchangers: ['infomaniak.ch'],
    sending: tls('mail.infomaniak.com'),
    fetching: both('mail.infomaniak.com'),
    password: ofAccount,
  },
  {
    title: 'Migadu',
    domains: [],
    exchangers: ['migadu.com'],
    sending: tls('smtp.migadu.com'),
    fetching: [imap('imap.migadu.com'), pop3('pop.migadu.com')],
    password: ofAccount,
  },
  {
    title: 'Purelymail',
    domains: ['purelymail.com'],
    exchangers: ['purelymail.com'],
    sending: tls('smtp.purelymail.com'),
    fetching: [imap('imap.purelymail.com'), pop3('pop3.purelymail.com')],
    password: account('With two-factor login, make an app password in its settings.'),
  },
  {
    title: 'Runbox',
    domains: ['runbox.com'],
    exchangers: ['runbox.com'],
    sending: tls('mail.runbox.com'),
    fetching: both('mail.runbox.com'),
    password: account('With two-factor login, make an app password in its settings.'),
  },
  {
    title: 'Orange',
    domains: ['orange.fr', 'wanadoo.fr'],
    exchangers: [],
    sending: tls('smtp.orange.fr'),
    fetching: [imap('imap.orange.fr'), pop3('pop.orange.fr')],
    password: ofAccount,
  },
  {
    title: 'Free',
    domains: ['free.fr'],
    exchangers: [],
    sending: tls('smtp.free.fr'),
    fetching: [imap('imap.free.fr'), pop3('pop.free.fr')],
    password: account('Allow SMTP with a login in the settings of the account first.'),
  },
  {
    title: 'La Poste',
    domains: ['laposte.net'],
    exchangers: [],
    sending: tls('smtp.laposte.net'),
    fetching: [imap('imap.laposte.net'), pop3('pop.laposte.net')],
    password: ofAccount,
  },
  {
    title: 'Bluewin',
    domains: ['bluewin.ch', 'bluemail.ch'],
    exchangers: [],
    sending: tls('smtpauths.bluewin.ch'),
    fetching: [imap('imaps.bluewin.ch'), pop3('pop3s.bluewin.ch')],
    password: ofAccount,
  },
  {
    title: 'Seznam',
    domains: ['seznam.cz', 'email.cz', 'post.cz'],
    exchangers: ['seznam.cz'],
    sending: tls('smtp.seznam.cz'),
    fetching: [imap('imap.seznam.cz'), pop3('pop3.seznam.cz')],
    password: account('With two-factor login, make an app password in its settings.'),
  },
  {
    title: 'Comcast',
    domains: ['comcast.net'],
    exchangers: [],
    sending: startTls('smtp.comcast.net'),
    fetching: both('imap.comcast.net').slice(0, 1),
    password: account('Allow third-party programs in the settings of the mailbox first.'),
  },
];
