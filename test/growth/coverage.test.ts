// No parser is forgotten: each one in these rooms is tried with repetitions, or is listed here with the
// reason why it need not be.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { injectSubjects } from './subjects/inject.ts';
import { mailboxSubjects } from './subjects/mailbox.ts';
import { messageSubjects } from './subjects/message.ts';
import { peerSubjects } from './subjects/peers.ts';
import { windowSubjects } from './subjects/window.ts';

const root = join(import.meta.dirname, '../..');
const rooms = '{core/mailbox,core/inject,core/message,core/remote,renderer/ui}/**/*.ts';

/** Names of functions that read, take apart or write what strangers may have written. */
const reads =
  /^export (?:async )?function\*? ((?:parse|read|decode|format|encode|tokenize|outline|summarise|preview|text|inline|take|split|quote|unquote|replace|one)\w*)/gm;

/** They get no stranger's bytes, or only what others of the list have read. */
const exempt: Readonly<Record<string, string>> = {
  'core/inject/programs/inject-options.ts parseInjectArguments': 'a local user gives the arguments',
  'core/inject/programs/new-inject.ts parseNewInjectArguments': 'a local user gives the arguments',
  'core/inject/programs/sendmail.ts readSendmailCall': 'a local user gives the arguments',
  'core/mailbox/reading/file-start.ts readFileStart': 'copies bytes of a file',
  'core/mailbox/reading/file-start.ts readStartNow': 'copies bytes of a file',
  'core/mailbox/files/names.ts formatFileName': 'gets names that the file system holds: 255 bytes',
  'core/mailbox/reading/source.ts readPiece': 'copies bytes of a file',
  'core/message/body/leaf-parts.ts textAllowance': 'reads nothing',
  'core/message/dsn-parameters.ts formatMailDsn': 'gets what readMailDsn has read',
  'core/message/dsn-parameters.ts formatRcptDsn': 'gets what readRcptDsn has read',
  'core/message/header/normal-date.ts formatDate': 'gets numbers',
  'core/message/header/normal-date.ts formatZone': 'gets a number',
  'core/message/header/tokens.ts quoted': 'makes a token of a text as it is',
  'core/remote/smtp/data.ts readSmall': 'copies bytes of a file',
  'core/remote/connections/tcpto-table.ts formatFor': 'gets an IP address of our own resolver',
  'core/remote/connections/tcpto.ts readTcpTo': 'reads our own table, which has one size',
};

test('growth: every parser of these rooms → tried, or listed with a reason', () => {
  const tried = new Set(
    [...mailboxSubjects, ...injectSubjects, ...messageSubjects, ...peerSubjects, ...windowSubjects].flatMap(
      ({ name }) => {
        const [file, ...functions] = name.split(/,? /);
        return functions.map(each => `${file} ${each}`);
      },
    ),
  );
  const there = globSync(rooms, { cwd: root }).flatMap(file =>
    [...readFileSync(join(root, file), 'utf8').matchAll(reads)].map(([, name]) => `${file} ${name}`),
  );
  assert.ok(there.length > 40, 'the rooms are found');
  assert.deepEqual(
    there.filter(each => !tried.has(each) && !Object.hasOwn(exempt, each)),
    [],
    'not tried: add a subject in test/growth/subjects, or the reason why not',
  );
  assert.deepEqual(
    Object.keys(exempt).filter(each => !there.includes(each)),
    [],
    'listed, but not there any more',
  );
});
