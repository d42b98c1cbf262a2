// The device flow of OAuth 2.0 (RFC 8628): a person types a code into any browser, and this machine asks until they have agreed.
import * as v from 'valibot';
import type { Clock } from '../../lib/clock.ts';
import { clientForm } from './access-tokens.ts';
import { type OAuthClient, tokensOf } from './authorization.ts';
import type { OAuthProvider } from './providers.ts';
import { askEndpoint, type EndpointDeps, type EndpointReply, TokenReply } from './token-endpoint.ts';
import type { OAuthTokens } from './token-file.ts';

const shown = v.pipe(v.string(), v.regex(/^[\x21-\x7e][\x20-\x7e]{0,499}$/));

const DeviceReply = v.object({
  device_code: v.pipe(v.string(), v.minLength(1), v.maxLength(16_384)),
  user_code: shown,
  verification_uri: v.pipe(shown, v.startsWith('https://')),
  expires_in: v.pipe(v.number(), v.minValue(1), v.maxValue(3600)),
  interval: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(300)), 5),
});

const grantType = 'urn:ietf:params:oauth:grant-type:device_code';
const slowerSec = 5;

/** @param tell gets what the person must do */
export async function followDeviceFlow(
  deps: EndpointDeps,
  provider: OAuthProvider & { readonly deviceEndpoint: string },
  client: OAuthClient,
  tell: (uri: string, code: string) => void,
): Promise<EndpointReply<OAuthTokens>> {
  const { clock } = deps;
  const asked = { client_id: client.clientId, scope: provider.scope };
  const begun = await askEndpoint(deps, provider.deviceEndpoint, asked, DeviceReply);
  if (begun.kind !== 'value') return begun;
  const { device_code, user_code, verification_uri, expires_in, interval } = begun.value;
  tell(verification_uri, user_code);
  const untilMs = clock.nowMs() + expires_in * 1000;
  const form = { grant_type: grantType, device_code, ...clientForm(client.clientId, client.clientSecret) };
  for (let everySec = interval; clock.nowMs() < untilMs; ) {
    await wait(clock, everySec * 1000);
    const reply = await askEndpoint(deps, provider.tokenEndpoint, form, TokenReply);
    if (reply.kind === 'value') return tokensOf(deps, provider, client, reply);
    const isPending = reply.kind === 'failed' || /^(?:authorization_pending|slow_down)$/.test(reply.error);
    if (!isPending) return reply;
    if (reply.kind !== 'rejected' || reply.error === 'slow_down') everySec += slowerSec;
  }
  return { kind: 'rejected', error: 'expired_token' };
}

function wait(clock: Clock, ms: number): Promise<void> {
  return new Promise(resolve => void clock.after(ms, resolve));
}
