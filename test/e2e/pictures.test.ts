// The nine flows of qmail's pictures on a real host, each with the log lines and header lines that it is known by.
// (pictures.md 1 to 10; flows 5 and 6 need a server of their own and are in pictures-remote.test.ts)
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rawClient } from '../support/raw-client.ts';
import { buildTown, createShape, type Town } from '../support/town.ts';

const own = process.getuid?.() ?? 0;
/** How the uids are called: the caller's, those of the host and of alias where root runs it. */
const [hostUid, aliasUid] = own === 0 ? ['H', 'A'] : ['U', 'U'];

test('pictures: mail inside the town → flows 1 to 4, and what goes wrong there', async t => {
  const town = await buildTown(t, { virtualdomains: 'tommy.gov:fred' });
  town.write('fred', '.qmail-sos', './Extramail\n');
  town.write('fred', '.qmail-default', './Mail.tommy\n');
  town.write('alias', '.qmail-help', 'joe@heaven.af.mil\n');
  const shapeOf = () => createShape({ [town.hostUid]: hostUid, [town.uid('alias')]: aliasUid, [own]: 'U' });

  await t.test('1. local2local: a user to a user → mbox, trace lines in order, an empty queue', async () => {
    await town.inject('To: fred\n\nHi.\n');
    const shape = shapeOf();
    assert.deepEqual((await town.logUntil(/^end msg/)).map(shape), [
      'new msg N1',
      'info msg N1: bytes B from <joe@heaven.af.mil> qp P1 uid U',
      'starting delivery D1: msg N1 to local fred@heaven.af.mil',
      'status: local 1/3 remote 0/20',
      'delivery D1: success: did_1+0+0/',
      'status: local 0/3 remote 0/20',
      'end msg N1',
    ]);
    assert.equal(
      shape(town.read('fred', 'Mailbox')),
      mbox(
        'joe@heaven.af.mil',
        'Return-Path: <joe@heaven.af.mil>',
        'Delivered-To: fred@heaven.af.mil',
        'Received: (qmail P1 invoked by uid U); T',
        'Date: T',
        'Message-ID: <I@heaven.af.mil>',
        'From: joe@heaven.af.mil',
        'To: fred@heaven.af.mil',
        '',
        'Hi.',
      ),
    );
    assert.deepEqual(town.queueFiles(), []);
  });

  await t.test('2. local2ext: a user to an extension address → its own mailbox, the other one unchanged', async () => {
    const before = town.read('fred', 'Mailbox');
    await town.inject('To: fred-sos\n\nHelp.\n');
    const shape = shapeOf();
    const lines = (await town.logUntil(/^end msg/)).map(shape);
    assert.equal(lines[2], 'starting delivery D1: msg N1 to local fred-sos@heaven.af.mil');
    assert.equal(lines[4], 'delivery D1: success: did_1+0+0/');
    assert.match(
      shape(town.read('fred', 'Extramail')),
      /^From joe@heaven\.af\.mil T\n.*\nDelivered-To: fred-sos@heaven\.af\.mil\nReceived: \(qmail P1 invoked by uid U\); T\n[\s\S]*\nTo: fred-sos@heaven\.af\.mil\n\nHelp\.\n\n$/,
    );
    assert.equal(town.read('fred', 'Mailbox'), before);
  });

  await t.test('3. local2alias: an address that alias forwards → a second message, Delivered-To of both', async () => {
    await town.inject('To: help\n\nHi.\n');
    const shape = shapeOf();
    const lines = (await endsOf(town, 2)).map(shape);
    const [first, second] = [
      lines.filter(line => line.includes('msg N1')),
      lines.filter(line => line.includes('msg N2')),
    ];
    assert.deepEqual(first, [
      'new msg N1',
      'info msg N1: bytes B from <joe@heaven.af.mil> qp P1 uid U',
      'starting delivery D1: msg N1 to local help@heaven.af.mil',
      'end msg N1',
    ]);
    assert.deepEqual(second, [
      'new msg N2',
      `info msg N2: bytes B from <joe@heaven.af.mil> qp P2 uid ${aliasUid}`,
      'starting delivery D2: msg N2 to local joe@heaven.af.mil',
      'end msg N2',
    ]);
    assert.ok(lines.includes('delivery D1: success: did_0+1+0/qp P2/'), lines.join('\n'));
    assert.ok(lines.includes('delivery D2: success: did_1+0+0/'), lines.join('\n'));
    assert.match(
      shape(town.read('joe', 'Mailbox')),
      /^From joe@heaven\.af\.mil T\nReturn-Path: <joe@heaven\.af\.mil>\nDelivered-To: joe@heaven\.af\.mil\nReceived: \(qmail P2 invoked by alias\); T\nDelivered-To: help@heaven\.af\.mil\nReceived: \(qmail P1 invoked by uid U\); T\nDate: T\n/,
    );
  });

  await t.test('4. local2virt: a virtual domain → its user, the header unchanged', async () => {
    await town.inject('To: dude@tommy.gov\n\nHi.\n');
    const lines = (await town.logUntil(/^end msg/)).map(shapeOf());
    assert.equal(lines[2], 'starting delivery D1: msg N1 to local fred-dude@tommy.gov');
    const mail = town.read('fred', 'Mail.tommy');
    assert.match(mail, /\nDelivered-To: fred-dude@tommy\.gov\n/);
    assert.match(mail, /\nTo: dude@tommy\.gov\n/);
  });

  await t.test('2, variant: no such address → a bounce to the sender, by log and by mailbox', async () => {
    town.write('joe', 'Mailbox', '');
    await town.inject('To: joe-nosuch\n\nHi.\n');
    const lines = (await endsOf(town, 2)).map(shapeOf());
    // The bounce may be on its way before its message has ended.
    assert.deepEqual(
      lines.filter(line => /msg N1|delivery D1/.test(line)),
      [
        'new msg N1',
        'info msg N1: bytes B from <joe@heaven.af.mil> qp P1 uid U',
        'starting delivery D1: msg N1 to local joe-nosuch@heaven.af.mil',
        'delivery D1: failure: Sorry,_no_mailbox_here_by_that_name._(#5.1.1)/',
        'bounce msg N1 qp P2',
        'end msg N1',
      ],
    );
    assert.deepEqual(
      lines.filter(line => /msg N2|delivery D2/.test(line)),
      [
        'new msg N2',
        `info msg N2: bytes B from <> qp P2 uid ${hostUid}`,
        'starting delivery D2: msg N2 to local joe@heaven.af.mil',
        'delivery D2: success: did_1+0+0/',
        'end msg N2',
      ],
    );
    assert.match(
      town.read('joe', 'Mailbox'),
      /^From MAILER-DAEMON .*\nReturn-Path: <>\nDelivered-To: joe@heaven\.af\.mil\n/,
    );
  });

  await t.test('a double bounce → to postmaster, from #@[]; when that fails too it is discarded', async () => {
    town.write('alias', '.qmail-postmaster', './Postmaster\n');
    town.write('joe', '.qmail-silent', '|exit 100\n');
    await town.inject('To: joe-silent\n\nHi.\n', ['-f', '']);
    const lines = (await endsOf(town, 2)).map(shapeOf());
    assert.ok(lines.includes('info msg N1: bytes B from <> qp P1 uid U'), lines.join('\n'));
    assert.ok(lines.includes('delivery D1: failure: '), lines.join('\n'));
    assert.ok(lines.includes('bounce msg N1 qp P2'), lines.join('\n'));
    assert.ok(lines.includes(`info msg N2: bytes B from <#@[]> qp P2 uid ${hostUid}`), lines.join('\n'));
    assert.match(town.read('alias', 'Postmaster'), /^From #@\[\] .*\nReturn-Path: <#@\[\]>\n/);
    assert.match(
      town.read('alias', 'Postmaster'),
      /\nI tried to deliver a bounce message to this address, but the bounce bounced!\n/,
    );

    town.write('alias', '.qmail-postmaster', '|exit 100\n');
    await town.inject('To: joe-nosuch\n\nHi.\n', ['-f', '']);
    const discarded = await town.logUntil(/^triple bounce/);
    assert.match(discarded.at(-1) ?? '', /^triple bounce: discarding bounce\/\d+$/);
    await endsOf(town, 1);
  });

  await t.test('POSTmaster, an empty message, a Maildir that is not there → as TEST.deliver has them', async () => {
    town.write('alias', '.qmail-postmaster', './Postmaster\n');
    town.write('alias', 'Postmaster', '');
    await town.inject('To: POSTmaster\n\nx\n');
    await endsOf(town, 1);
    assert.match(town.read('alias', 'Postmaster'), /\nDelivered-To: POSTmaster@heaven\.af\.mil\n/);

    town.write('joe', 'Mailbox', '');
    await town.inject('to: joe\n');
    const empty = await endsOf(town, 1);
    assert.ok(
      empty.some(line => line.endsWith(': success: did_1+0+0/')),
      empty.join('\n'),
    );
    assert.match(town.read('joe', 'Mailbox'), /\nto: joe@heaven\.af\.mil\n\n$/);

    town.write('fred', '.qmail-gone', './Nowhere/\n');
    await town.inject('To: fred-gone\n\nx\n');
    const [deferral] = (await town.logUntil(/deferral/)).filter(line => line.includes('deferral'));
    assert.match(deferral ?? '', /^delivery \d+: deferral: Unable_to_chdir_to_maildir\._\(#4\.2\.1\)\//);
  });
});

test('pictures: mail at the SMTP door → flows 7, 8 and 9', async t => {
  const town = await buildTown(t);
  town.write('joe', '.qmail', './Mailbox\n');

  await t.test('7. relaybad: a stranger wants to relay → 553, then 503; nothing queued, nothing logged', async () => {
    assert.deepEqual(
      await talk(town, ['HELO c', 'MAIL FROM:<spammer@aol.com>', 'RCPT TO:<bill@irs.gov>', 'DATA', 'QUIT']),
      [
        '220 heaven.af.mil ESMTP',
        '250 heaven.af.mil',
        '250 ok',
        "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
        '503 RCPT first (#5.5.1)',
        '221 heaven.af.mil',
      ],
    );
    assert.deepEqual(town.queueFiles(), []);
    assert.doesNotMatch(town.host.log(), /^new msg/m);
  });

  await t.test(
    '9. rem2local: a stranger writes to a user → mbox with both trace lines, the header as it came',
    async () => {
      const said = await talk(town, [
        'HELO client.irs.gov',
        'MAIL FROM:<bill@irs.gov>',
        'RCPT TO:<joe@heaven.af.mil>',
        'DATA',
        'Subject: taxes\r\n\r\n..dot\r\n.',
        'QUIT',
      ]);
      assert.match(said[5] ?? '', /^250 ok \d+ qp \d+$/);
      const shape = createShape({ [town.hostUid]: hostUid });
      const lines = (await town.logUntil(/^end msg/)).map(shape);
      assert.equal(lines[1], `info msg N1: bytes B from <bill@irs.gov> qp P1 uid ${hostUid}`);
      assert.equal(
        shape(town.read('joe', 'Mailbox')).replace(/by \S+ with SMTP/, 'by L with SMTP'),
        mbox(
          'bill@irs.gov',
          'Return-Path: <bill@irs.gov>',
          'Delivered-To: joe@heaven.af.mil',
          'Received: (qmail P1 invoked from network); T',
          'Received: from unknown (HELO client.irs.gov) (127.0.0.1)',
          '  by L with SMTP; T',
          'Subject: taxes',
          '',
          '.dot',
        ),
      );
    },
  );

  await t.test('SMTP by hand: mail and rcpt without FROM: and TO: → taken like the full form', async () => {
    const said = await talk(town, [
      'HELO c',
      'mail <bill@irs.gov>',
      'rcpt <joe@heaven.af.mil>',
      'data',
      'x\r\n.',
      'QUIT',
    ]);
    assert.deepEqual(
      said.map(line => line.slice(0, 3)),
      ['220', '250', '250', '250', '354', '250', '221'],
    );
    await town.logUntil(/^end msg/);
  });
});

/** The log until so many messages have ended. */
async function endsOf(town: Town, messages: number): Promise<string[]> {
  const lines: string[] = [];
  while (lines.filter(line => line.startsWith('end msg')).length < messages) {
    lines.push(...(await town.logUntil(/^end msg/)));
  }
  return lines;
}

/** One entry of a mailbox file. */
function mbox(sender: string, ...lines: readonly string[]): string {
  return [`From ${sender} T`, ...lines, '', ''].join('\n');
}

/** Says each line when the one before was answered. @returns all replies, the greeting first */
async function talk(town: Town, lines: readonly string[]): Promise<string[]> {
  const client = await rawClient(town.port);
  const replies = [await client.line()];
  for (const line of lines) {
    client.send(`${line}\r\n`);
    replies.push(await client.line());
  }
  client.drop();
  return replies;
}
