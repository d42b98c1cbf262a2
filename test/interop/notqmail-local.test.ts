// Deliveries by notqmail's qmail-local and by ours, side by side, for many generated homes, .qmail files and messages:
// exit code, report, files, program environments and queued messages must be the same.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { builtinPrograms } from '../../core/host/builtin-programs.ts';
import { systemClock } from '../../core/lib/clock.ts';
import { createDirectorySync } from '../../core/lib/disk/directory-sync.ts';
import { createReport } from '../../core/local/lspawn-report.ts';
import { openMessage } from '../../core/local/message/message.ts';
import { createNewMessages } from '../../core/local/message/new-messages.ts';
import { basicVariables } from '../../core/local/program-environment.ts';
import { qmailLocal } from '../../core/local/qmail-local.ts';
import type { PlanArgs } from '../../core/local/rules/plan.ts';
import { addressFromText } from '../../core/message/address.ts';
import { createUniqueName } from '../../core/paper-path/maildir-names.ts';
import type { Accept } from '../../core/paper-path/shapes.ts';
import { tempDir } from '../support/temp-dir.ts';

const bin = '/var/qmail/bin';
const skip = existsSync(`${bin}/qmail-local`) ? false : `no programs of qmail in ${bin}`;
const runs = Number(process.env.WAYPOST_TEST_RUNS ?? 60);

/** A delivery, as text. */
interface Delivery extends Omit<PlanArgs, 'homeDir'> {
  readonly message: string;
  readonly homeMode: number;
  readonly files: readonly {
    readonly name: string;
    readonly lines: readonly string[];
    readonly end: string;
    readonly mode: number;
  }[];
  readonly dryRun: boolean;
}

const common = [
  './Mailbox',
  './Maildir/',
  '&a@b',
  'c d@e',
  '# note',
  '',
  '|cat >> seen',
  '|exit 0',
  '|env | sort | grep -E "$WANTED" >> env',
];
const rare = [
  ...['./Mailbox \t', './no/mbox', './Nodir/', '.', './', '\t', '+list', '+list ', '+other', '\0./x', './a\0b/'],
  ...[
    '|exit 99',
    '|exit 100',
    '|exit 111',
    '|exit 64',
    '|exit 112',
    '|exit 75',
    '|kill -9 $$',
    '|echo out; echo err >&2',
    '|head -c 3 >> seen',
    '|umask; pwd | wc -l',
  ],
  ...[
    '|forward f@g "h i@j"',
    '|forward "$EXT@x"',
    '|exec forward "$HOST"@y',
    '|condredirect r@s true',
    '|condredirect r@s false',
    '|bouncesaying "no (#5.1.1)"',
  ],
  ...[
    '|bouncesaying no false',
    '|except true',
    '|except false',
    '|preline -f cat',
    '|qreceipt r@h',
    '|cat >/dev/null; exit 3',
    '|preline sh -c "cat >>seen; exit 99"',
  ],
];
const line = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...common) },
  { weight: 2, arbitrary: fc.constantFrom(...rare) },
);
const exts = ['', 'x', 'X-y', 'x-y-z', 'a.b', 'x-default', 'default', '-', 'x--', 'x-Y.z-', 'é-q'];
const names = [
  '',
  'x',
  'x-y',
  'x-y-z',
  'a:b',
  'default',
  'x-default',
  'x-y-default',
  '-default',
  'x-owner',
  'owner',
  'x-owner-default',
  'x-y-owner',
  '-',
  'é-q',
  'é-default',
];
const message = fc.constantFrom(
  ...[
    'Subject: hi\n\nHello.\n',
    '',
    '\n',
    'no header',
    'From here\n>From there\n>>From x\nFrom\n\nFrom body',
    'A: b\n\nx\0y\r\n\xff',
  ],
  ...[
    'Delivered-To: joe-x@h.e.x\n\n',
    'delivered-to: joe-x@h.e.x\n\n',
    '\nDelivered-To: joe-x@h.e.x\n',
    'Delivered-To: joe-x@h.e.x',
  ],
  ...[
    'Notice-Requested-Upon-Delivery-To: r@h\n\n',
    `A: ${'b'.repeat(70_000)}\nDelivered-To: joe-x@h.e.x\n\n`,
    `A: b\n\n${'From x\n'.repeat(20_000)}`,
  ],
);
const delivery: fc.Arbitrary<Delivery> = fc.record({
  local: fc.constantFrom('joe', 'joe-x', 'joe-x', 'j\ne', 'jö'),
  dash: fc.constantFrom('', '-', '-', '-', '-/'),
  ext: fc.constantFrom(...exts),
  host: fc.constantFrom('h.e.x', 'h', 'a.b.c.d.e', '', 'h..'),
  sender: fc.constantFrom('s@h', '', '#@[]', 'se nder\t@x.y', 'q"\\@z', 'no-at', 'a\nb@c', 'é@x'),
  defaultDelivery: fc.constantFrom('./Mailbox', './Maildir/', './Mailbox\n|exit 99\n&no@no', '', '+list\n./Mailbox'),
  message,
  homeMode: fc.oneof({ weight: 9, arbitrary: fc.constant(0o755) }, fc.constantFrom(0o700, 0o775, 0o757, 0o1755)),
  files: fc.uniqueArray(
    fc.record({
      name: fc.constantFrom(...names),
      lines: fc.array(line, { maxLength: 5 }),
      end: fc.constantFrom('\n', '\n', ''),
      mode: fc.oneof({ weight: 8, arbitrary: fc.constant(0o644) }, fc.constantFrom(0o600, 0o744, 0o646, 0o664, 0o444)),
    }),
    { maxLength: 6, selector: file => file.name },
  ),
  dryRun: fc.constantFrom(false, false, false, true),
});

function makeHome(dir: string, { files, dash, homeMode }: Delivery): string {
  const home = join(dir, 'joe');
  rmSync(home, { recursive: true, force: true });
  for (const part of ['', 'Maildir', 'Maildir/tmp', 'Maildir/new', ...(dash === '-/' ? ['.qmail-'] : [])])
    mkdirSync(join(home, part), { recursive: true });
  for (const { name, lines, end, mode } of files) {
    if (dash === '-/' && name === '') continue;
    const text = lines.length > 0 ? lines.join('\n') + end : '';
    writeFileSync(join(home, `.qmail${dash}${name}`), text, 'latin1');
    chmodSync(join(home, `.qmail${dash}${name}`), mode);
  }
  chmodSync(home, homeMode);
  return home;
}

interface Result {
  readonly code: unknown;
  readonly report: string;
  readonly files: Record<string, string>;
  readonly queued: string[][];
}

// differs: The report of a delivery that failed
const wordings: [RegExp, string][] = [
  [/no such file or directory/g, 'file does not exist'],
  [/illegal operation on a directory/g, 'is a directory'],
  [/qp \d+/g, 'qp N'],
  // With -n: of ours the command says that, and its own test looks at it.
  [/^Warning: home directory is sticky\.\n/, ''],
  // What ours says besides.
  [/\nSee .*/g, ''],
  [/(?<=Temporary error on maildir delivery\. \(#4\.3\.0\)\n).*\n/g, ''],
  [/The shell could not run the program.*\n/g, ''],
];

/** As qmail-lspawn passes it on. */
function normal(written: string): string {
  const report = createReport();
  report.add(written);
  return wordings.reduce((text, [pattern, words]) => text.replace(pattern, words), report.text());
}

/** What is in the home: names that are never the same are left out, and the seconds of `From ` lines. */
function filesOf(home: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(home, { recursive: true, withFileTypes: true })) {
    if (!name.isFile() || name.name.startsWith('.qmail')) continue;
    const path = join(name.parentPath, name.name);
    const text = readFileSync(path, 'latin1').replace(/ \w{3} \w{3} \d\d [\d:]{8} \d{4}$/gm, ' DATE');
    const key = name.parentPath.endsWith('/new') ? 'Maildir/new' : path.slice(home.length);
    found[key] = (found[key] ?? '') + text;
  }
  return found;
}

const wanted = '^(USER|HOME|SENDER|NEWSENDER|RECIPIENT|LOCAL|HOST.?|EXT.?|DEFAULT|DTLINE|RPLINE|UFLINE)=';

function theirs(dir: string, one: Delivery): Result {
  const home = makeHome(dir, one);
  const queue = join(dir, 'queue');
  const queued = join(dir, 'queued');
  rmSync(queued, { recursive: true, force: true });
  mkdirSync(queued);
  writeFileSync(queue, `#!/bin/sh\nn=$(ls ${queued} | wc -l)\ncat > ${queued}/$n.m; cat <&1 > ${queued}/$n.e\n`, {
    mode: 0o755,
  });
  const { local, dash, ext, host, sender, defaultDelivery } = one;
  const args = [...(one.dryRun ? ['-n'] : []), '--', 'joe', home, local, dash, ext, host, sender, defaultDelivery];
  const report = join(dir, 'report');
  const [input, output] = [openSync(join(dir, 'message'), 'r'), openSync(report, 'w')];
  const ended = spawnSync(`${bin}/qmail-local`, args, {
    env: { PATH: `${bin}:${process.env.PATH}`, QMAILQUEUE: queue, WANTED: wanted },
    stdio: [input, output, output],
  });
  for (const fd of [input, output]) closeSync(fd);
  // What follows a NUL in a line is not used, but printed by -n.
  const written = readFileSync(report, 'latin1');
  const taken = readdirSync(queued)
    .filter(name => name.endsWith('.m'))
    .map(name => {
      const read = (end: string) => readFileSync(join(queued, name.replace(/m$/, end)), 'latin1');
      return [read('e'), read('m')];
    });
  return {
    code: ended.status,
    report: normal(one.dryRun ? written.replace(/\0.*/g, '') : written),
    files: filesOf(home),
    queued: taken,
  };
}

async function ours(dir: string, one: Delivery): Promise<Result> {
  const homeDir = addressFromText(makeHome(dir, one));
  const queued: string[][] = [];
  const accept: Accept = async (source, { sender, recipients }) => {
    const pieces: Uint8Array[] = [];
    for await (const piece of source) pieces.push(piece);
    queued.push([
      `F${sender}\0${recipients.map(recipient => `T${recipient}\0`).join('')}\0`,
      Buffer.concat(pieces).toString('latin1'),
    ]);
    return { ok: true, id: 1, qp: 4711 };
  };
  const text = Object.fromEntries(
    (['local', 'dash', 'ext', 'host', 'sender', 'defaultDelivery'] as const).map(name => [
      name,
      addressFromText(one[name]),
    ]),
  ) as Record<'local' | 'dash' | 'ext' | 'host' | 'sender' | 'defaultDelivery', string>;
  const opened = openMessage(join(dir, 'message'));
  if (!opened) throw new Error('no message');
  try {
    const { code, report } = await qmailLocal(
      {
        ...text,
        user: 'joe',
        homeDir,
        defaultDeliveryPath: '',
        basicVariables: { ...basicVariables(dir, process.env), WANTED: wanted },
      },
      {
        message: opened,
        clock: systemClock,
        maildir: {
          uniqueName: createUniqueName({ clock: systemClock, hostName: 'h', pid: process.pid }),
          syncDirectory: createDirectorySync(),
        },
        programs: builtinPrograms,
        isOurs: name => Object.hasOwn(builtinPrograms, name),
        dryRun: one.dryRun,
        ...createNewMessages(accept, opened, { uid: 1 }),
      },
    );
    return { code, report: normal(report), files: filesOf(join(dir, 'joe')), queued };
  } finally {
    opened.close();
  }
}

test('qmail-local: made-up deliveries → what notqmail does', { skip, timeout: 600_000 }, async (t: TestContext) => {
  const dir = tempDir(t);
  await fc.assert(
    fc.asyncProperty(delivery, async one => {
      writeFileSync(join(dir, 'message'), one.message, 'latin1');
      const expected = theirs(dir, one);
      assert.deepEqual(await ours(dir, one), expected);
    }),
    { numRuns: runs },
  );
});
