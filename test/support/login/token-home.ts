// A home with a file of tokens, and a provider in memory that answers with what a test says.
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Fetch } from '../../../core/login/oauth/token-endpoint.ts';
import { tempDir } from '../temp-dir.ts';

export interface Provider {
  readonly fetch: Fetch;
  /** The forms that it got. */
  readonly forms: Record<string, string>[];
}

/** @param replies used up one by one; an Error: the network fails */
export function provider(...replies: readonly (object | string | Error)[]): Provider {
  const left = [...replies];
  const forms: Record<string, string>[] = [];
  return {
    forms,
    async fetch(_url, { body }) {
      forms.push(Object.fromEntries(new URLSearchParams(String(body))));
      const reply = left.shift() ?? new Error('nobody answers');
      if (reply instanceof Error) throw reply;
      const text = typeof reply === 'string' ? reply : JSON.stringify(reply);
      return new Response(text, { status: text.includes('"error"') ? 400 : 200 });
    },
  };
}

export const usualTokens = {
  refreshToken: 'refresh-1',
  tokenEndpoint: 'https://auth.example/token',
  clientId: 'client-of-joe',
};

/** Writes `secrets/NAME`, in a new home unless one is given. */
export function tokenHome(t: TestContext, tokens: object | string, home = tempDir(t)): { home: string; file: string } {
  mkdirSync(join(home, 'secrets'), { recursive: true, mode: 0o700 });
  const file = join(home, 'secrets/joe.oauth');
  writeFileSync(file, typeof tokens === 'string' ? tokens : JSON.stringify(tokens), { mode: 0o600 });
  return { home, file };
}

/** The file as it is now, and its mode. */
export function tokensIn(file: string): { readonly tokens: unknown; readonly mode: number } {
  return { tokens: JSON.parse(readFileSync(file, 'utf8')), mode: statSync(file).mode & 0o777 };
}
