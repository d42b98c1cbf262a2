// waypost config, role `provider`: asks for the account, finds its servers, tries everything, and only then has it written.
import {
  answerLimits,
  type FetchServer,
  type FoundServers,
  type MailServer,
  ownAddress,
  type ProviderAnswers,
  type Trial,
  type TrialStep,
  typedServer,
} from '../../../core/api/guide.ts';
import { UserError } from '../../../core/lib/user-error.ts';
import type { CommandIo } from '../command-io.ts';
import type { GuideCalls } from './guide-calls.ts';
import type { Prompt } from './prompt.ts';

/** @returns 0 written; 1 the trial failed. @throws UserError when answers from a file are not accepted */
export async function configProvider(io: CommandIo, guide: GuideCalls, prompt: Prompt): Promise<number> {
  const { accounts } = await guide.present();
  let before: ProviderAnswers | undefined = accounts[0];
  for (;;) {
    const answers = await askAnswers(io, guide, prompt, before);
    const { id, state } = await follow(io, guide, answers);
    if (state === 'good' || (state === 'unsure' && (await askYes(prompt, 'Save this, yes or no', 'yes')))) {
      for (const file of await guide.save(id)) io.stdout.write(`Wrote ${file}.\n`);
      io.stdout.write(
        `Mail goes out as ${answers.address} now${answers.fetching ? ', and comes in from there' : ''}.\n`,
      );
      return 0;
    }
    if (!prompt.isTyped || !(await askYes(prompt, 'Change the answers, yes or no', 'yes'))) {
      io.stderr.write('Nothing was written.\n');
      return 1;
    }
    before = answers;
  }
}

async function askAnswers(
  { stdout }: CommandIo,
  guide: GuideCalls,
  prompt: Prompt,
  before: ProviderAnswers | undefined,
): Promise<ProviderAnswers> {
  const name = await prompt.ask('Your name, as others see it', before?.name || 'none', noComplaint);
  const address = await prompt.ask('Your address at the provider', before?.address ?? '', complaintAboutAddress);
  const found = address === before?.address ? undefined : await guide.find(address);
  if (found) stdout.write(foundText(found));
  const user = await prompt.ask('User name there', before?.user ?? address, complaintAboutUser);
  const stored = before?.account ? ', or nothing for the one that is stored' : '';
  const password = await prompt.askSecret(`Password${stored}`);
  const sending = await askServer(prompt, 'Server that takes your mail', found?.sending ?? before?.sending);
  const fetching = await askFetching(prompt, found, before?.fetching);
  const authority = await prompt.ask(
    "File with the provider's own authority for certificates, or none",
    before?.authority || 'none',
    complaintAboutPath,
  );
  const account = address === before?.address ? before.account : '';
  return {
    role: 'provider',
    ...{ account, address, user, password, sending, fetching },
    name: name === 'none' ? '' : name,
    authority: authority === 'none' ? '' : authority,
  };
}

const noComplaint = (text: string) => (text.length <= answerLimits.name ? undefined : 'That is too long.');
const complaintAboutAddress = (text: string) =>
  ownAddress.test(text) ? undefined : `${text || 'Nothing'} is not an address: write name@domain.`;
const complaintAboutUser = (text: string) =>
  text === '' || text.length > 255 || text.includes('|') ? 'It needs a name without |.' : undefined;
const complaintAboutPath = (text: string) =>
  text === 'none' || (text.startsWith('/') && !text.includes('|')) ? undefined : 'Write the whole path, from / on.';

const how: Readonly<Record<FoundServers['by'], string>> = {
  provider: 'Its servers are known here.',
  exchanger: 'Its mail is with a provider whose servers are known here.',
  srv: 'The DNS names its servers.',
  names: 'Its servers have the usual names.',
  nothing: 'Its servers were not found: the help of the provider has their names.',
};

function foundText({ by, title, password }: FoundServers): string {
  const lines = [title === '' ? how[by] : `${title}: ${how[by]}`, password.says, password.url];
  return lines
    .filter(line => line !== '')
    .map(line => `  ${line}\n`)
    .join('');
}

async function askServer(prompt: Prompt, question: string, usual: MailServer | undefined | null): Promise<MailServer> {
  const text = await prompt.ask(
    `${question}, as host:port, or host:port/starttls`,
    usual ? serverText(usual) : '',
    answer => (parseServer(answer) ? undefined : `${answer || 'Nothing'} is not a server: write host:port.`),
  );
  const server = parseServer(text);
  if (!server) throw new UserError(`${text} is not a server. Nothing was written.`, { exitCode: 100 });
  return server;
}

async function askFetching(
  prompt: Prompt,
  found: FoundServers | undefined,
  before: FetchServer | null | undefined,
): Promise<FetchServer | null> {
  const known = found ? found.fetching : before ? [before] : [];
  const usual = before === null && !found ? 'none' : (known[0]?.protocol ?? 'imap');
  const protocol = await prompt.ask('How your mail is fetched: imap, pop3, or none', usual, text =>
    /^(?:imap|pop3|none)$/.test(text) ? undefined : 'Answer imap, pop3 or none.',
  );
  if (protocol !== 'imap' && protocol !== 'pop3') return null;
  const server = await askServer(
    prompt,
    'Server that has your mail',
    known.find(one => one.protocol === protocol),
  );
  return { protocol, ...server };
}

const startTlsPorts = new Set([25, 110, 143, 587]);

/** TLS starts with the connection at the ports that are known for it, and elsewhere where nothing else is said. */
function parseServer(text: string): MailServer | undefined {
  const [, host = '', port = '', kind] = /^([^:]+):(\d+)(\/starttls|\/tls)?$/.exec(text) ?? [];
  const usual = startTlsPorts.has(Number(port)) ? 'starttls' : 'implicit';
  return typedServer(host, port, kind === undefined ? usual : kind === '/starttls' ? 'starttls' : 'implicit');
}

function serverText({ host, port, tls }: MailServer): string {
  const text = `${host}:${port}`;
  return parseServer(text)?.tls === tls ? text : `${text}/${tls === 'starttls' ? 'starttls' : 'tls'}`;
}

const titles: Readonly<Record<TrialStep['step'], string>> = {
  dns: 'Names',
  tls: 'Connection and TLS',
  'login-sending': 'Login for sending',
  'login-fetching': 'Login for fetching',
  send: 'A message to yourself, out',
  receive: 'The same message, in',
  names: 'Names of this host',
};

/** Prints each line of the trial as it comes. */
async function follow(
  { stdout }: CommandIo,
  guide: GuideCalls,
  answers: ProviderAnswers,
): Promise<{ id: string; state: Trial['state'] }> {
  const id = await guide.try(answers);
  const printed = new Map<string, number>();
  for (let after = -1; ; ) {
    const { state, steps, version } = await guide.trial(id, after);
    after = version;
    for (const step of steps) printStep(stdout, step, printed);
    if (state !== 'running') return { id, state };
  }
}

function printStep(
  stdout: CommandIo['stdout'],
  { step, state, says, advice }: TrialStep,
  printed: Map<string, number>,
): void {
  if (state === 'waiting') return;
  if (!printed.has(step)) stdout.write(`${titles[step]}:\n`);
  for (const line of says.slice(printed.get(step) ?? 0)) stdout.write(`  ${line}\n`);
  const isOver = state !== 'running' && !printed.has(`${step} over`);
  printed.set(step, says.length);
  if (!isOver) return;
  printed.set(`${step} over`, 1);
  if (state !== 'done') stdout.write(`  ${state === 'failed' ? 'This failed.' : 'This is not certain.'} ${advice}\n`);
}

async function askYes(prompt: Prompt, question: string, usual: string): Promise<boolean> {
  return (
    (await prompt.ask(question, usual, text => (/^(?:yes|no)$/.test(text) ? undefined : 'Answer yes or no.'))) === 'yes'
  );
}
