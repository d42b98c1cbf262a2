// From, To and Cc fields become people with names and addresses, as RFC 5322 means them, and never a guessed address.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePeople, readPeople } from '../../../../core/message/header/people.ts';

const peopleIn = (...values: string[]) => parsePeople(values, 10).map(({ name, address }) => `${name}|${address}`);

function all(table: readonly (readonly [value: string, people: readonly string[]])[]): void {
  assert.deepEqual(
    table.map(([value]) => [value, peopleIn(value)]),
    table.map(row => [...row]),
  );
}

test('parsePeople: address lists → names and addresses, groups opened, a bound kept', () => {
  all([
    ['Ines <ines@shore.example>', ['Ines|ines@shore.example']],
    ['"Doe, Jane" <j@x.example>, k@x.example (Kim)', ['Doe, Jane|j@x.example', 'Kim|k@x.example']],
    ['=?UTF-8?Q?M=C3=BCller=2C_J?= <m@x.example>', ['Müller, J|m@x.example']],
    ['"=?UTF-8?Q?M=C3=BCller?=" <m@x.example>', ['Müller|m@x.example']],
    ['crew: a@x.example, b@x.example;', ['|a@x.example', '|b@x.example']],
    ['undisclosed-recipients:;', []],
    ['', []],
    ['just a name', ['just a name|']],
  ]);
  assert.equal(parsePeople(['a@x.example, '.repeat(100_000)], 10).length, 10);
});

test('parsePeople: RFC 5322 appendix A → what its authors mean', () => {
  all([
    ['"Joe Q. Public" <john.q.public@example.com>', ['Joe Q. Public|john.q.public@example.com']],
    [
      'Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>',
      ['Mary Smith|mary@x.test', '|jdoe@example.org', 'Who?|one@y.test'],
    ],
    [
      '<boss@nil.test>, "Giant; \\"Big\\" Box" <sysservices@example.net>',
      ['|boss@nil.test', 'Giant; "Big" Box|sysservices@example.net'],
    ],
    [
      'A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;',
      ['Ed Jones|c@a.test', '|joe@where.test', 'John|jdoe@one.test'],
    ],
    ['Undisclosed recipients:;', []],
    ['Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>', ['Pete|pete@silly.test']],
    [
      "A Group(Some people)\r\n     :Chris Jones <c@(Chris's host.)public.example>,\r\n         joe@example.org,\r\n  John <jdoe@one.test> (my dear friend); (the end of the group)",
      ['Chris Jones|c@public.example', '|joe@example.org', 'John|jdoe@one.test'],
    ],
    ['(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;', []],
    ['Joe Q. Public <john.q.public@example.com>', ['Joe Q. Public|john.q.public@example.com']],
    [
      'Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example',
      ['Mary Smith|mary@example.net', '|jdoe@test.example'],
    ],
    ['John Doe <jdoe@machine(comment).  example>', ['John Doe|jdoe@machine.example']],
  ]);
});

test('parsePeople: addresses beyond the usual → the same address, not one that was guessed', () => {
  all([
    ['"Doe, Jane \\"JD\\"" <"jane doe"@x.test>', ['Doe, Jane "JD"|jane doe@x.test']],
    ['" a  b"@x.test', ['| a  b@x.test']],
    ['"a@b"@c.test, "x,y"@z.test', ['|a@b@c.test', '|x,y@z.test']],
    ['<@a.test,@b.test:c@d.test>, e@f.test', ['|c@d.test', '|e@f.test']],
    ['John Doe john@x.test', ['John Doe|john@x.test']],
    ['john @ x . test Doe', ['Doe|john@x.test']],
    ['=?utf-8?Q?Doe,_John?= <j@x.test>', ['Doe, John|j@x.test']],
    ['=?utf-8?Q?a=40b.test?= <j@x.test>, =?utf-8?Q?=3Ca=40b.test=3E?=', ['a@b.test|j@x.test', '<a@b.test>|']],
    ['i@[127.0.0.1], i@[IPv6:::1]', ['|i@[127.0.0.1]', '|i@[IPv6:::1]']],
    ['Joe "the boat <j@x.test>', ['Joe "the boat|j@x.test']],
    ['Joe (unclosed <j@x.test>', ['Joe (unclosed|j@x.test']],
    ['Joe <j@x.test', ['Joe|j@x.test']],
    ['Joe <j@x.test>>', ['Joe|j@x.test']],
    ["O'Brien <o@x.test>; p@x.test", ["O'Brien|o@x.test", '|p@x.test']],
    ['a..b@x.test', ['|a..b@x.test']],
    ['Joe <>', ['Joe|']],
  ]);
});

test('readPeople: several fields, empty groups → listed separately', () => {
  assert.deepEqual(readPeople(['a@x.test', 'jo: ;, =?utf-8?Q?=C3=A9,_f=3F?=:;, Crew: b@x.test;', 'last:'], 10), {
    people: [
      { name: '', address: 'a@x.test' },
      { name: '', address: 'b@x.test' },
    ],
    emptyGroups: ['jo', 'é, f?', 'last'],
  });
});

// RFC 5322 section 3.4 has no such thing: a group's name is words only. Parsers differ; ours shows the address in the first
// brackets, and answers go to that one.
test('parsePeople: what looks like a group, named by a whole mailbox → that mailbox', () => {
  all([
    ['"Name" <a@x.example>:<b@y.example>', ['Name|a@x.example']],
    ['Name <a@x.example>: b@y.example, c@z.example', ['Name|a@x.example', '|c@z.example']],
    ['Name <@r.example:a@x.example>:<b@y.example>;', ['Name|a@x.example']],
    ['crew: Name <a@x.example>:<b@y.example>, c@z.example;', ['Name|a@x.example', '|c@z.example']],
    ['a@x.example:<b@y.example>', ['|b@y.example']],
  ]);
});
