// waypost login: writes the password, or the OAuth tokens, with which the host logs in at a provider, to secrets/NAME.
import { text } from 'node:stream/consumers';
import { isHome } from '../../../core/home/make-home.ts';
import { waitingClock } from '../../../core/lib/clock.ts';
import { UserError } from '../../../core/lib/user-error.ts';
import { type OAuthClient, planVisit, redeemCode } from '../../../core/login/oauth/authorization.ts';
import { followDeviceFlow } from '../../../core/login/oauth/device-flow.ts';
import { openLoopback } from '../../../core/login/oauth/loopback.ts';
import { type OAuthProvider, providers } from '../../../core/login/oauth/providers.ts';
import type { EndpointDeps, EndpointReply } from '../../../core/login/oauth/token-endpoint.ts';
import { formatTokens, type OAuthTokens } from '../../../core/login/oauth/token-file.ts';
import { writeSecretFile } from '../../../core/login/secret-files.ts';
import { addressFromText } from '../../../core/message/address.ts';
import type { CommandIo } from '../command-io.ts';
import { parseOptions } from '../parse-options.ts';

/** @returns 0 written, 1 refused, 100 wrong usage */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    allowPositionals: true,
    options: {
      token: { type: 'boolean', default: false },
      provider: { type: 'string' },
      'client-id': { type: 'string' },
      'client-secret': { type: 'boolean', default: false },
      device: { type: 'boolean', default: false },
    },
  });
  const [name, ...more] = positionals;
  if (!name || more.length > 0) {
    throw new UserError('usage: waypost login [--token] NAME < secret', { exitCode: 100 });
  }
  if (!isHome(io.home)) throw new UserError(`${io.home} is not a Waypost home. Create one with: waypost init`);
  const write = async (file: string, secret: string, relay = 'RELAY:PORT'): Promise<number> => {
    await writeSecretFile(io.home, file, secret);
    io.stdout.write(
      `Wrote secrets/${file}. A line of control/smtproutes uses it: :${relay}|USER|@${file}; an account of control/fetch: secret ${file}\n`,
    );
    return 0;
  };
  if (values.provider === undefined) {
    const secret = await firstLine(io);
    if (!values.token) return write(name, `${addressFromText(secret)}\n`);
    return write(`${name}.oauth`, formatTokens({ accessToken: secret }));
  }
  const provider = providerCalled(values.provider);
  const clientId = values['client-id'];
  if (clientId === undefined) {
    const advice = `Register a program with ${provider.title}, and give the client ID that it gets: --client-id ID`;
    throw new UserError(advice, { exitCode: 100 });
  }
  const client = { clientId, ...(values['client-secret'] && { clientSecret: await firstLine(io) }) };
  const deps = { fetch: globalThis.fetch, clock: waitingClock };
  const agreed = values.device
    ? await byDevice(deps, provider, client, io)
    : await byBrowser(deps, provider, client, io);
  return write(`${name}.oauth`, formatTokens(tokensIn(agreed, provider)), provider.relay);
}

/** Secrets come in by standard input: arguments are for everybody to see. @throws UserError */
async function firstLine({ stdin }: CommandIo): Promise<string> {
  const line = (await text(stdin)).split('\n')[0]?.replace(/\r$/, '') ?? '';
  if (line === '') throw new UserError('The first line of standard input is empty.', { exitCode: 100 });
  return line;
}

function providerCalled(name: string): OAuthProvider {
  const known: Readonly<Record<string, OAuthProvider>> = providers;
  const provider = Object.hasOwn(known, name) ? known[name] : undefined;
  if (provider) return provider;
  throw new UserError(`${name} is not a provider that is known: ${Object.keys(known).join(', ')}.`, { exitCode: 100 });
}

async function byDevice(
  deps: EndpointDeps,
  provider: OAuthProvider,
  client: OAuthClient,
  { stdout }: CommandIo,
): Promise<EndpointReply<OAuthTokens>> {
  const { deviceEndpoint, title } = provider;
  if (deviceEndpoint === undefined) {
    throw new UserError(`${title} has no device flow for mail: leave --device out.`, { exitCode: 100 });
  }
  return followDeviceFlow(deps, { ...provider, deviceEndpoint }, client, (uri, code) => {
    stdout.write(`Open ${uri} in any browser, and enter the code ${code}\n`);
  });
}

async function byBrowser(
  deps: EndpointDeps,
  provider: OAuthProvider,
  client: OAuthClient,
  { stdout }: CommandIo,
): Promise<EndpointReply<OAuthTokens>> {
  const loopback = await openLoopback(deps.clock);
  try {
    const visit = planVisit(provider, client, `http://${provider.loopback}:${loopback.port}/`);
    stdout.write(`Open this address in a browser on this machine, and agree:\n${visit.url}\n`);
    const back = await loopback.wait(visit.state);
    if (!back) throw new UserError('The browser has not come back within ten minutes.');
    if (back.kind === 'refused') return { kind: 'rejected', error: back.error };
    return await redeemCode(deps, provider, client, visit, back.code);
  } finally {
    loopback.close();
  }
}

function tokensIn(reply: EndpointReply<OAuthTokens>, { title }: OAuthProvider): OAuthTokens {
  if (reply.kind === 'value') return reply.value;
  const why = reply.kind === 'rejected' ? `said no: ${reply.error}` : `gave no tokens: ${reply.why}`;
  throw new UserError(`${title} ${why}. Nothing was written.`);
}
