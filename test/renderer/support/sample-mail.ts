// The mail in the sample host's mailboxes.
import type { Letter } from './sample-host.ts';

const berth = `Hello Wanda,

the crane is booked until noon, so please come in after one. The pilot will call you on channel 12. If the link is down we leave the papers with the night watch.

The plan is attached; tides are at https://harbour.example/tides.

On Monday you wrote:
> could we have the inner berth, if it is free? We draw 2.1 m
> and would rather not dry out.
>> as last year

Kind regards
--\u0020
Harbour Office, Skagen
office@harbour.example
`;

const timetable = `<!doctype html><html><head><style>h1{color:#0b5c73} td,th{padding:4px 12px;text-align:left}</style></head>
<body><h1>Spring timetable</h1><p>Dear guests, from <b>1 April</b> the ferry leaves earlier.
The <a href="https://ferry.example/timetable">whole timetable</a> is on our pages.</p>
<img src="https://track.ferry.example/open.gif?you=wanda" width="1" height="1" alt="">
<table><tr><th>Port</th><th>Leaves</th><th>Arrives</th></tr><tr><td>Skagen</td><td>07:30</td><td>11:10</td></tr>
<tr><td>Frederikshavn</td><td>09:15</td><td>12:40</td></tr></table><p><img src="http://ferry.example/ship.jpg" alt="Our ship"></p>
<script>document.title = 'scripts ran'</script></body></html>`;

export const incoming: readonly Letter[] = [
  {
    from: 'Post Office <cron@wayfarer.example>',
    subject: 'Backup of the mail home finished',
    text: '1.2 GB in 41 s\n',
    hoursAgo: 70,
  },
  {
    from: 'Lars Holm <lars@nord.example>',
    subject: 'The chart table',
    text: 'I measured again: 82 by 61 cm.\n',
    hoursAgo: 52,
  },
  {
    from: 'Weather fax <fax@met.example>',
    subject: 'Synoptic chart, 48 h',
    text: 'Low 986 moving NE, gale warning Fisher.\n',
    hoursAgo: 30,
    files: [{ filename: 'chart.txt', content: 'L 986\n' }],
  },
  {
    from: 'Russell <russell@list.example>',
    to: 'wanda-lists-qmail@wayfarer.example',
    subject: 'Re: serialmail over a 600 ms link',
    text: 'Pipelining gave us the biggest gain.\n',
    hoursAgo: 26,
  },
  {
    from: 'Harbour dues <dues@harbour.example>',
    to: 'wanda-harbour@wayfarer.example',
    subject: 'Invoice 2026-118',
    text: 'Two nights, with water and power.\n',
    hoursAgo: 20,
  },
  {
    from: 'Ferry Line <news@ferry.example>',
    subject: 'Spring timetable',
    text: 'From 1 April the ferry leaves earlier.\n',
    html: timetable,
    hoursAgo: 5,
  },
  {
    from: 'Tomas Duarte <tomas@shore.example>',
    cc: 'Ines Duarte <ines@shore.example>',
    subject: 'Photos from Sunday',
    text: 'Finally. The one with the seal is the best.\n',
    hoursAgo: 3,
  },
  {
    from: 'Ines Duarte <ines@shore.example>',
    subject: 'Re: engine parts',
    text: 'They can ship on the Friday boat if we confirm today. I would take the long bolts too.\n',
    hoursAgo: 1,
  },
  {
    from: 'Harbour Office <office@harbour.example>',
    cc: 'Ines Duarte <ines@shore.example>',
    subject: 'Berth 14 from Thursday',
    text: berth,
    hoursAgo: 0.2,
    files: [{ filename: 'berth-plan.pdf', content: Buffer.alloc(182_000, 'berth ') }],
  },
];

export const outgoing: readonly { to: string; subject: string; text: string }[] = [
  { to: 'office@harbour.example', subject: 'Inner berth?', text: 'Could we have the inner berth, if it is free?\n' },
  { to: 'lars@nord.example, ulla@nord.example, ole@nord.example', subject: 'Crew list', text: 'Here it is at last.\n' },
  { to: 'parts@motor.example', subject: 'Long bolts', text: 'Twelve of them, please.\n' },
  { to: 'nobody@shore.example', subject: 'Are you there?', text: 'I am not sure of the address.\n' },
];

export const ruleFiles: Readonly<Record<string, string>> = {
  '-harbour': '# papers and berths\n./Maildir/.harbour/\n&ines@shore.example\n#|preline formail -I "X-Seen: harbour"\n',
  '-lists-default': './Maildir/.lists.qmail/\n',
  '-old': './Maildir/.attic/\n',
};

/** Mail for the office ashore goes by satellite, twice a day. */
/** A mailbox at a provider that cannot be reached: port 1 has no listener. */
export const accountFile = `# The mailbox of the harbour office
protocol imap
server 127.0.0.1:1
tls none
user wanda@harbour.example
secret harbour-office
to wanda@wayfarer.example
keep 30
every 0
`;

export const linkFile = `carries ashore.example
server 127.0.0.1:1
known-by person
window daily 06:00-06:20
window daily 18:00-18:20
contact-minutes 20
cost-per-minute 1.20
cost-per-megabyte 4
currency EUR
metered yes
largest-bytes 40000
`;

export const overLink = [
  { to: 'office@ashore.example', subject: 'Position at noon', text: '56 10 N, 11 20 E\n' },
  { to: 'office@ashore.example', subject: 'Fuel and water', text: 'Half and half.\n' },
  { to: 'lotte@ashore.example', subject: 'Chart of the bay', text: 'Chart.\n'.repeat(8000) },
];
