// 822received (mess822): prints the path of a message from its Received fields, oldest first.

import { lowerAscii } from '../../message/address.ts';
import { momentOfDate, readDate } from '../../message/header/normal-date.ts';
import { listTokens } from '../../message/header/normal-list.ts';
import type { BuiltinProgram } from '../../paper-path/builtin-program.ts';
import { localCtime } from './822date.ts';
import { withHeader } from './header-fields.ts';

const indent = '\n\t\t\t ';

/** @returns 0 printed, 111 the message could not be read */
export const received822: BuiltinProgram = call =>
  withHeader(call, '822received', fields => {
    const steps = fields.filter(({ name }) => name === 'received').toReversed();
    call.out(steps.map(({ value }) => `${timeOf(value)} ${story(value)}\n`).join(''));
    return 0;
  });

function timeOf(value: string): string {
  const date = readDate(value);
  return date ? localCtime(momentOfDate(date)) : '\t\t\t';
}

/** The field with a line for each of its clauses. */
function story(value: string): string {
  let text = '';
  let place: 'start' | 'middle' | 'after a blank' | 'after the semicolon' = 'start';
  for (const token of listTokens(value)) {
    if (token.kind === ' ' || token.kind === '\t') {
      if (place === 'middle' || place === 'after the semicolon') text += ' ';
      if (place === 'middle') place = 'after a blank';
      continue;
    }
    if (token.kind === ';') {
      text += place === 'start' || place === 'after the semicolon' ? ';' : `${indent};`;
      place = 'after the semicolon';
      continue;
    }
    const isClause = token.kind === 'word' && /^(from|by|for|id)$/.test(lowerAscii(token.text));
    if (isClause && place === 'after a blank') text += indent;
    text += token.kind === 'comment' ? `(${token.text})` : token.text;
    if (place !== 'after the semicolon') place = 'middle';
  }
  return text;
}
