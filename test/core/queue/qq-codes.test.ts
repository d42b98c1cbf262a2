// What each exit code of qmail-queue means to the program that called it (queue.md section 2).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusal } from '../../../core/queue/qq-codes.ts';

const creating = 'Zqq trouble creating files in queue (#4.3.0)';

const codes: [code: number, answer: string][] = [
  [11, 'Denvelope address too long for qq (#5.1.3)'],
  [12, 'Dqq permanent problem (#5.3.0)'],
  [31, 'Dmail server permanently rejected message (#5.3.0)'],
  [40, 'Dqq permanent problem (#5.3.0)'],
  [51, 'Zqq out of memory (#4.3.0)'],
  [52, 'Zqq timeout (#4.3.0)'],
  [53, 'Zqq write error or disk full (#4.3.0)'],
  [54, 'Zqq read error (#4.3.0)'],
  [55, 'Zqq unable to read configuration (#4.3.0)'],
  [56, 'Zqq trouble making network connection (#4.3.0)'],
  [61, 'Zqq trouble in home directory (#4.3.0)'],
  [62, creating],
  [63, creating],
  [64, creating],
  [65, creating],
  [66, creating],
  [71, 'Zmail server temporarily rejected message (#4.3.0)'],
  [72, 'Zconnection to mail server timed out (#4.4.1)'],
  [73, 'Zconnection to mail server rejected (#4.4.1)'],
  [74, 'Zcommunication with mail server failed (#4.4.2)'],
  [81, 'Zqq internal bug (#4.3.0)'],
  [91, 'Zqq internal bug (#4.3.0)'],
  [115, 'Denvelope address too long for qq (#5.1.3)'],
  [120, 'Zunable to exec qq (#4.3.0)'],
  // Everything else may pass.
  [1, 'Zqq temporary problem (#4.3.0)'],
  [10, 'Zqq temporary problem (#4.3.0)'],
  [41, 'Zqq temporary problem (#4.3.0)'],
  [100, 'Zqq temporary problem (#4.3.0)'],
];

for (const [code, answer] of codes) {
  test(`refusal: queue.md section 2, qmail-queue exits ${code} → ${answer}`, () => {
    const { permanent, text, code: told } = refusal(code);
    assert.deepEqual([`${permanent ? 'D' : 'Z'}${text}`, told], [answer, code]);
  });
}
