// A real host with a week of plausible mail in it, for looking at the window: delivered by SMTP, filed by rules, and some
// of it stuck in the queue behind servers that say "later".
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createTransport } from 'nodemailer';
import { giveToOwner, initHome, type RunningHost, serve, type TestHome, waypost } from '../../support/host-process.ts';
import { until } from '../../support/until.ts';
import { accountFile, incoming, linkFile, outgoing, overLink, ruleFiles } from './sample-mail.ts';

const { SMTPServer } = createRequire(import.meta.url)('smtp-server') as typeof import('smtp-server');

export interface SampleHost extends TestHome {
  readonly host: RunningHost;
  /** An address that admits one page. */
  readonly url: string;
  /** Another such address. */
  address(): Promise<string>;
  /** Sends another message to the host by SMTP. */
  deliver(message: Letter): Promise<void>;
}

export interface Letter {
  readonly from: string;
  readonly to?: string;
  readonly cc?: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  readonly hoursAgo?: number;
  readonly files?: readonly { filename: string; content: string | Buffer }[];
}

/** @param t whose end stops the host and its neighbours */
export async function startSampleHost(t: Pick<TestContext, 'after'>, directory: string): Promise<SampleHost> {
  const neighbour = await startNeighbour(t);
  const made = await initHome(directory, 'wayfarer.example', 'wanda', {
    // Port 1 has no listener.
    smtproutes: `motor.example:127.0.0.1:1\n:127.0.0.1:${neighbour}\n`,
  });
  for (const folder of ['.harbour', '.lists.qmail', '.Archive']) {
    await waypost(['maildirmake', join(made.maildir, folder)]);
  }
  for (const [name, text] of Object.entries(ruleFiles)) {
    writeFileSync(join(made.mailHome, `.qmail${name}`), text, { mode: 0o600 });
  }
  mkdirSync(join(made.home, 'control', 'links'), { recursive: true });
  writeFileSync(join(made.home, 'control', 'links', 'satphone'), linkFile);
  mkdirSync(join(made.home, 'control', 'fetch'), { recursive: true });
  writeFileSync(join(made.home, 'control', 'fetch', 'harbour-office'), accountFile);
  writeFileSync(join(made.home, 'secrets', 'harbour-office'), 'mellon\n', { mode: 0o600 });
  giveToOwner(directory);
  const host = await serve(t, made.home, ['--smtp', '127.0.0.1:0', '--ui', '127.0.0.1:0']);
  const { smtp, ui } = host.ready;
  if (!smtp || !ui) throw new Error('the host does not listen');

  const transport = createTransport({ host: smtp.address, port: smtp.port, ignoreTLS: true });
  t.after(() => transport.close());
  async function deliver(letter: Letter): Promise<void> {
    const { hoursAgo = 0, files = [], to = 'Wanda Way <wanda@wayfarer.example>', ...rest } = letter;
    await transport.sendMail({
      ...rest,
      to,
      date: new Date(Date.now() - hoursAgo * 3_600_000),
      attachments: [...files],
    });
  }

  async function call(method: string, request: object): Promise<string> {
    const { code, stdout, stderr } = await waypost(['api', method, JSON.stringify(request), '--home', made.home]);
    if (code !== 0) throw new Error(`${method}: ${stderr}\nThe host's log:\n${host.log()}`);
    return stdout;
  }
  await call('host.change', { name: 'Wanda Way', signature: 'Wanda, SY Wayfarer' });
  for (const letter of incoming) await deliver(letter);
  const empty = { id: null, cc: '', bcc: '', files: [], source: null };
  for (const draft of [...outgoing, ...overLink]) await call('compose.send', { ...empty, ...draft });
  await call('compose.save', { ...empty, to: '', subject: 'Half a thought', text: 'Before I forget:\n' });
  const isThere = async () => {
    const inbox = await call('mail.list', { mailbox: 'INBOX' });
    return inbox.includes('Berth 14') && (await call('queue.list', {})).includes('Greylisted');
  };
  await until('the sample mail to be delivered', isThere, 30_000);
  async function address(): Promise<string> {
    return (await waypost(['open', '--print', '--home', made.home])).stdout.trim();
  }
  return { ...made, host, url: await address(), address, deliver };
}

/** The neighbouring mail server: it accepts all mail, but greylists one domain and does not know one user. */
async function startNeighbour(t: Pick<TestContext, 'after'>): Promise<number> {
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    onRcptTo({ address }, _session, done) {
      if (address.endsWith('@nord.example') && address !== 'ulla@nord.example') {
        done(refusal(451, '4.7.1 Greylisted, please come back in 300 seconds'));
      } else if (address.startsWith('nobody@')) done(refusal(550, '5.1.1 no such user here'));
      else done();
    },
    onData(stream, _session, done) {
      stream.resume().on('end', () => done());
    },
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.after(() => new Promise<void>(resolve => server.close(resolve)));
  return (server.server.address() as AddressInfo).port;
}

function refusal(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}
