// The list of steps of a contact: its order, its kinds, and what is kept when one changes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moved, nextStep, ofKind, parseStep, type StepKind } from '../../../../renderer/models/links/steps.ts';
import { withValues } from '../../../../renderer/models/word-file/word-file-text.ts';

test('steps: one is moved → the others keep their order; past an end → nothing changes', () => {
  const steps = ['turn a.example', 'send', 'queue'];
  assert.deepEqual(moved(steps, 2, 0), ['queue', 'turn a.example', 'send']);
  assert.deepEqual(moved(steps, 0, 1), ['send', 'turn a.example', 'queue']);
  for (const [from, to] of [
    [0, -1],
    [2, 3],
    [3, 0],
  ] as const)
    assert.equal(moved(steps, from, to), steps);
});

test('steps: another kind → the host is kept where it means something', () => {
  const cases: [value: string, kind: StepKind, after: string][] = [
    ['turn a.example:1789', 'etrn', 'etrn a.example:1789'],
    ['etrn a.example b.example', 'turn', 'turn a.example'],
    ['etrn a.example', 'send', 'send'],
    ['send', 'turn', 'turn'],
    ['nonsense', 'queue', 'queue'],
    ['fetch provider', 'turn', 'turn'],
    ['turn a.example', 'fetch', 'fetch'],
  ];
  assert.deepEqual(
    cases.map(([value, kind]) => ofKind(value, kind)),
    cases.map(([, , after]) => after),
  );
  assert.deepEqual(parseStep('carry x'), { kind: undefined, rest: 'x' });
  assert.deepEqual([nextStep([]), nextStep(['turn a.example']), nextStep(['send'])], ['send', 'send', 'turn']);
});

test('steps: put into another order → the lines of the file change places, and comments stay', () => {
  const file = 'server a.example\n# first the mail for us\ndo turn a.example\n  do send\n';
  const after = withValues(file, 'do', ['send', 'turn a.example'], ['server', 'do']);
  assert.equal(after, 'server a.example\n# first the mail for us\ndo send\n  do turn a.example\n');
});
