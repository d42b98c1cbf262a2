// Refusals as data, and the sentences that are made from them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type ErrorCode,
  errorCodes,
  type ParamsOf,
  type Refused,
  refusalKinds,
} from '../../../core/api/error-codes.ts';
import { englishErrors, errorText } from '../../../core/api/error-text.ts';
import { ApiError, refusal, refusedAnswer } from '../../../core/api/errors.ts';
import { text } from '../../../renderer/text/en.ts';

const why = 'permission denied';

/** Parameters for each code: a new code has no sentence that is tested until it is here. */
const samples: { readonly [Code in ErrorCode]: ParamsOf<Code> } = {
  'call-not-named': {},
  'call-unknown': { method: 'mail.sing' },
  'call-malformed': {},
  'request-invalid': { method: 'mail.list', why: 'limit: too large' },
  'reply-invalid': { method: 'mail.list' },
  'call-failed': { method: 'mail.list', why },
  stopping: {},
  'mail-unavailable': { how: 'it ended with exit code 5' },
  'mail-unanswered': {},
  'window-foreign': {},
  'window-none': {},
  'session-ended': {},
  'page-opens-page': {},
  'message-not-queued': { id: 4711 },
  'messages-not-queued': {},
  'queue-unchanged': { why },
  'mailbox-gone': { mailbox: 'Boats' },
  'mailbox-name-invalid': { mailbox: '../Boats' },
  'mailbox-not-created': { mailbox: 'Boats', why },
  'message-gone': { mailbox: 'Boats' },
  'message-unreadable': { path: '/home/ines/Maildir/cur/1', why },
  'message-unchanged': { path: '/home/ines/Maildir/cur/1', why },
  'message-not-stored': { directory: '/home/ines/Maildir', why },
  'message-too-large': {},
  'message-not-parsed': { why: 'it has too many parts' },
  'attachment-gone': { part: 3 },
  'folder-gone': { folder: 'Boats/Old' },
  'folder-standard': { folder: 'Trash' },
  'folder-contains-standard': { folder: 'Boats', inside: 'Boats/Trash' },
  'folder-exists': { folder: 'Boats' },
  'folder-name-empty': {},
  'folder-name-characters': {},
  'folder-name-dots': {},
  'folder-name-long': {},
  'folder-name-reserved': { folder: 'cur' },
  'folder-not-created': { folder: 'Boats', why },
  'folder-not-renamed': { folder: 'Boats', why },
  'folder-not-empty': { folder: 'Boats' },
  'folder-already-deleted': { folder: 'Boats' },
  'folder-not-deleted': { folder: 'Boats', why, moved: 0 },
  'no-recipients': {},
  'sender-not-yours': { from: 'mallory@shore.example' },
  'not-an-address': { field: 'Cc', part: 'oh no' },
  'not-a-draft': { id: 'INBOX/1' },
  'not-a-mailto': { url: 'file:///etc/passwd' },
  'configuration-unusable': { why: 'control/me is empty.' },
  'queue-unanswered': {},
  'message-rejected': { why: 'qq permanent problem (#5.3.0)' },
  'message-deferred': { why: 'qq write error or disk full (#4.3.0)' },
  'rule-gone': { rule: '~/.qmail-boats' },
  'rule-characters': {},
  'rule-uneditable': { rule: '~/.qmail-boats', why: 'it is a directory' },
  'rule-not-utf8': { rule: '~/.qmail-boats' },
  'rule-stale': { rule: '~/.qmail-boats' },
  'rule-not-saved': { rule: '~/.qmail-boats', why },
  'rule-not-removed': { rule: '~/.qmail-boats', why },
  'rules-unreadable': { why },
  'link-gone': { link: 'site' },
  'link-stale': { link: 'site' },
  'link-file-wrong': { link: 'site', why: 'line 1: severs is not a word of a link’s file' },
  'link-unusable': { link: 'site', why: 'it does nothing' },
  'link-not-saved': { link: 'site', why },
  'link-not-removed': { link: 'site', why },
  'link-has-mail': { link: 'site', waiting: 2 },
  'link-message-not-changed': { link: 'site', why },
  'account-gone': { account: 'provider' },
  'account-stale': { account: 'provider' },
  'account-file-wrong': { account: 'provider', why: 'line 2: tls: it is implicit, starttls or none' },
  'account-unusable': { account: 'provider', why: 'it has no server line' },
  'account-not-saved': { account: 'provider', why },
  'account-not-removed': { account: 'provider', why },
  'password-not-saved': { account: 'provider', why },
  'guide-not-an-address': { address: 'ann' },
  'guide-no-password': { why },
  'guide-trial-gone': {},
  'guide-not-tried': {},
  'guide-not-saved': { why },
};

const all = Object.keys(errorCodes) as ErrorCode[];
const refused = (code: ErrorCode): Refused => ({ kind: errorCodes[code].kind, code, params: samples[code] });

test('refusals: every code → a sentence of its own with all its parameters, in each catalogue', () => {
  assert.deepEqual(Object.keys(samples), all);
  for (const catalogue of [englishErrors, text.errors]) {
    assert.deepEqual(Object.keys(catalogue.codes), all);
    assert.deepEqual(Object.keys(catalogue.kinds), [...refusalKinds]);
    const sentences = all.map(code => errorText(refused(code), catalogue));
    assert.equal(new Set(sentences).size, all.length);
    for (const [n, code] of all.entries()) {
      const sentence = sentences[n] as string;
      assert.doesNotMatch(sentence, /undefined|\[object/, code);
      const { moved: _, ...shown }: Record<string, unknown> = samples[code];
      for (const value of Object.values(shown)) assert.ok(sentence.includes(String(value)), `${code}: ${sentence}`);
    }
  }
});

test('refusals: a folder that was not deleted → says where its messages are only when some were moved', () => {
  const sentence = (moved: number) => refusal('folder-not-deleted', { folder: 'Boats', why, moved }).message;
  assert.deepEqual([/Trash/.test(sentence(0)), /in Trash\.$/.test(sentence(1))], [false, true]);
});

test('refusals: the code of a newer host → the sentence of its kind, with the code', () => {
  for (const kind of refusalKinds) {
    const sentence = errorText({ kind, code: 'moon-phase', params: { phase: 'full' } });
    assert.equal(sentence, `${englishErrors.kinds[kind]} (moon-phase)`);
  }
  for (const code of ['toString', '__proto__', 'constructor']) {
    assert.match(errorText({ kind: 'gone', code, params: {} }), /^This no longer exists/);
  }
  assert.match(errorText({ kind: 'odd' as never, code: 'moon-phase', params: {} }), /^The host could not do this/);
});

test('refusals: over a transport and back → the same kind, code, parameters and message', () => {
  const thrown = refusal('message-not-queued', { id: 4711 }, { cause: new Error('its own') });
  const answer = JSON.parse(JSON.stringify(refusedAnswer(thrown)));
  assert.deepEqual(answer, { ok: false, kind: 'gone', code: 'message-not-queued', params: { id: 4711 } });
  const received = new ApiError(answer as unknown as Refused);
  assert.deepEqual(
    [received.kind, received.code, received.params, received.message],
    [thrown.kind, thrown.code, thrown.params, 'Message 4711 is not in the queue.'],
  );
});
