// app://waypost/ serves the built page from dist/renderer. It is a scheme of its own, so nothing on the network can be it.
import { type Protocol, protocol, type Session } from 'electron';
import { readPageFile } from '../page/files.ts';
import { pageHeaders } from '../page/policy.ts';
import { isOwnUrl, scheme } from './origin.ts';

/** Must run before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

export function serveScheme(session: Session, rendererDir: string): void {
  session.protocol.handle(scheme, createPageHandler(rendererDir));
}

type Handler = Parameters<Protocol['handle']>[1];

/** Answers each request for a part of the page; anything else is not found. */
export function createPageHandler(rendererDir: string): Handler {
  return async request => {
    const own = request.method === 'GET' && isOwnUrl(request.url);
    const file = own ? await readPageFile(rendererDir, new URL(request.url).pathname) : undefined;
    if (!file) return new Response('There is no such page here.', { status: 404, headers: pageHeaders });
    return new Response(file.raw, { status: 200, headers: { ...pageHeaders, 'content-type': file.type } });
  };
}
