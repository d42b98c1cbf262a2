// An authorization server on loopback, which holds clients to the RFCs: codes with PKCE (RFC 7636), the device flow (RFC 8628), and
// refresh tokens that it takes once and replaces. Requests to Microsoft's addresses go to it.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import type { Fetch } from '../../../core/login/oauth/token-endpoint.ts';

export interface AuthorizationServer {
  /** For requests to the provider. */
  readonly fetch: Fetch;
  /** The only access token that servers of mail accept now. */
  accessToken: string;
  /** The only refresh token that is accepted now. */
  refreshToken: string;
  /** What was asked of the token endpoint. */
  readonly grants: string[];
  /** A browser of which the person agrees: goes to the address, and where it is sent. @returns what it shows in the end */
  agree(url: string): Promise<string>;
  /** The person has typed the code in. */
  isDeviceAgreed: boolean;
}

export async function startAuthorizationServer(t: TestContext): Promise<AuthorizationServer> {
  const codes = new Map<string, URLSearchParams>();
  let number = 0;
  const server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const here = (url: string) => url.replace('https://login.microsoftonline.com', origin);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', origin);
    const action = pathname.split('/').at(-1);
    if (action === 'authorize') {
      const code = `code-${++number}`;
      codes.set(code, searchParams);
      const back = new URL(searchParams.get('redirect_uri') ?? origin);
      back.search = String(new URLSearchParams({ code, state: searchParams.get('state') ?? '' }));
      response.writeHead(302, { location: back.href }).end();
      return;
    }
    const form = new URLSearchParams(await text(request));
    const [status, reply] = action === 'devicecode' ? [200, deviceCode] : token(form);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(reply));
  }

  function token(form: URLSearchParams): readonly [number, object] {
    const grant = form.get('grant_type') ?? '';
    one.grants.push(grant);
    const refused = (error: string) => [400, { error }] as const;
    if (form.get('client_id') !== 'client-of-joe') return refused('invalid_client');
    if (grant === 'authorization_code' && !isCodeRight(form)) return refused('invalid_grant');
    if (grant === 'refresh_token' && form.get('refresh_token') !== one.refreshToken) return refused('invalid_grant');
    if (grant.endsWith('device_code') && !one.isDeviceAgreed) return refused('authorization_pending');
    [one.accessToken, one.refreshToken] = [`access-${++number}`, `refresh-${number}`];
    return [200, { access_token: one.accessToken, refresh_token: one.refreshToken, expires_in: 3600 }];
  }

  /** Each code is good once, for who has asked for it. */
  function isCodeRight(form: URLSearchParams): boolean {
    const asked = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    return asked?.get('code_challenge') === challenge && asked.get('redirect_uri') === form.get('redirect_uri');
  }

  const one: AuthorizationServer = {
    fetch: (url, init) => globalThis.fetch(here(url), init),
    accessToken: '',
    refreshToken: '',
    grants: [],
    isDeviceAgreed: false,
    agree: async url => (await globalThis.fetch(here(url))).text(),
  };
  return one;
}

const deviceCode = {
  device_code: 'a-device-code',
  user_code: 'WDJB-MJHT',
  verification_uri: 'https://login.microsoftonline.com/device',
  expires_in: 900,
  interval: 1,
};
