// What the fuzzers of QMTP and QMQP share.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { systemClock } from '../../core/lib/clock.ts';
import { createNetstringCollector } from '../../core/lib/net/netstring.ts';
import type { Accept } from '../../core/paper-path/shapes.ts';
import { startPackages } from '../support/package-rig.ts';
import { until } from '../support/until.ts';
import { fuzzSessions, type Protocol } from './session-fuzzer.ts';
import { fuzzSettings } from './settings.ts';

/** Bytes that mean something in netstrings. */
export const netstringNoise: Protocol['noise'] = [
  ':',
  ',',
  '0:',
  '0:,',
  '1:',
  '9',
  '00000000000000000',
  '99999999999999999999',
  '2000000000:',
  '1000:',
  '-1:',
  '\0',
  '\r',
  '\n',
  '\xff',
  '3:joe,',
  ',,,,',
  '1:'.repeat(500),
  'x'.repeat(70_000),
];

/** Every answer is a netstring of K, Z or D and a text that people can read. */
export function complaintAboutAnswers(output: string, cut: boolean): string | undefined {
  const collector = createNetstringCollector(200);
  collector.push(Buffer.from(output, 'latin1'));
  try {
    for (let answer = collector.take(); answer !== undefined; answer = collector.take()) {
      if (!/^[KZD][ -~]+$/.test(answer)) return `an unknown answer: ${answer}`;
    }
  } catch (error) {
    return String(error);
  }
  return cut || collector.isEmpty ? undefined : 'an answer without its end';
}

/** Plays the sessions; whatever was answered K is in the queue, and nothing of the rest stays anywhere. */
export async function fuzzPackages(t: TestContext, name: 'qmtp' | 'qmqp', protocol: Protocol): Promise<void> {
  const settings = fuzzSettings();
  t.diagnostic(`${settings.sessions} sessions, seed ${settings.seed}`);
  let open = 0;
  const log = (line: string): void => {
    if (/^qm.pd: pid /.test(line)) open++;
    if (/^qm.pd: end /.test(line)) open--;
    assert.doesNotMatch(line, /alert/);
  };
  let qp = 0;
  const takeAndForget: Accept = async source => {
    for await (const _ of source);
    return { ok: true, id: 1, qp: ++qp };
  };
  const rig = await startPackages(t, name, {
    rules: '127.:allow\n',
    control: { databytes: '50000\n', timeoutsmtpd: '30\n', concurrencyperip: '0\n', connectionrate: '0\n' },
    deps: { clock: systemClock, log, accept: () => takeAndForget },
  });
  let accepted = 0;
  const onSession = (output: string): void => {
    accepted += new Set(output.match(/ qp \d+/g)).size;
  };
  const settled = () => until('all clients to be gone', () => open === 0);
  const grown = await fuzzSessions({ protocol, port: rig.port, ...settings, onSession, settled });
  t.diagnostic(`${accepted} messages accepted, memory ${grown >> 10} KB more`);
  // A client that dropped the connection may have missed its answer.
  assert.ok(qp >= accepted && accepted > 0, `${qp} queued, ${accepted} answered K`);
  assert.deepEqual(readdirSync(rig.spoolDir), []);
}
