// Serves the built page from dist/renderer as app://waypost/, a scheme of its own: no server on a network can pretend to be it.
import { protocol, type Session } from 'electron';
import { scheme } from './origin.ts';
import { createPageHandler } from './page-handler.ts';

/** Must run before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

export function serveScheme(session: Session, rendererDir: string): void {
  session.protocol.handle(scheme, createPageHandler(rendererDir));
}
