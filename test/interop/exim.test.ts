// A real Exim at the other end: it sends to the SMTP service, and accepts what a remote delivery sends. Exim sends the final
// dot, QUIT and its FIN in one go, and sends again what was not answered.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eximHome } from '../support/exim-home.ts';
import { runWith, without, withSbin } from '../support/programs.ts';
import { startReceivingExim } from '../support/receiving-exim.ts';
import { remoteRig } from '../support/remote-rig.ts';
import { startSmtp } from '../support/smtp-rig.ts';
import { until } from '../support/until.ts';

const skip = process.getuid?.() === 0 ? without('exim4') : 'Exim needs root to start';

test('exim sends: several messages over one connection → each arrives once, and its queue is empty', {
  skip,
}, async t => {
  const rig = await startSmtp(t, {
    control: { rcpthosts: undefined, concurrencyperip: '0\n', connectionrate: '0\n' },
    // The queue needs longer than Exim to send what comes behind the message.
    answer: () => new Promise(resolve => setTimeout(() => resolve({ ok: true, id: 1, qp: 7 }), 60)),
  });
  const exim = eximHome(
    t,
    () => `begin routers
to_us:
  driver = manualroute
  route_list = * 127.0.0.1
  transport = us
  self = send
begin transports
us:
  driver = smtp
  port = ${rig.port}
  allow_localhost
  hosts_try_fastopen = 
begin retry
* * F,1h,1h
`,
  );
  const subjects = Array.from({ length: 6 }, (_, at) => `m${at}`);
  for (const subject of subjects) {
    const text = `Subject: ${subject}\n\n.\n..dots\n\xe4\n`;
    const args = ['-C', exim.config, '-odq', '-oi', '-f', 'a@exim.example', 'joe@heaven.af.mil'];
    await runWith('exim4', args, text, withSbin());
  }
  // Two passes: what was not answered in the first would be sent again in the second.
  for (let pass = 0; pass < 2; pass++) await runWith('exim4', ['-C', exim.config, '-qff'], '', withSbin());
  await until('the end of all deliveries', () => exim.log().match(/ Completed/g)?.length === subjects.length);
  assert.equal((await runWith('exim4', ['-C', exim.config, '-bpc'], '', withSbin())).trim(), '0');
  assert.deepEqual(rig.taken.map(({ text }) => /^Subject: (.*)$/m.exec(text)?.[1]).sort(), subjects);
  for (const { text, envelope } of rig.taken) {
    assert.match(text, /\n\n\.\n\.\.dots\n/);
    assert.equal(envelope, 'Fa@exim.example\0Tjoe@heaven.af.mil\0\0');
  }
});

test('exim receives: dots, 8-bit bytes, lines of 950 bytes → in its mailbox as they were', { skip }, async t => {
  const exim = await startReceivingExim(t);
  const text = `Subject: t\n\n.\n..x\n\xe4\xff\n${'long '.repeat(190)}\n\nend\n`;
  const outcome = await remoteRig(t, { port: exim.port }).deliver('joe@exim.example', { sender: 'a@b.example', text });
  assert.equal(outcome.kind, 'done', outcome.text);
  assert.match(
    outcome.text,
    /^127\.0\.0\.1 accepted message\.\nRemote host said: 250- \d+ byte chunk, total \d+\n250 OK id=/,
  );
  await until('the delivery', () => / Completed/.test(exim.log()));
  assert.ok(exim.box().endsWith(text.slice(text.indexOf('\n\n'))));
});
