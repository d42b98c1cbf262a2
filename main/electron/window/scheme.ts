// app://waypost/ serves the built page from dist/renderer. It is a scheme of its own, so nothing on the network can be it.
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
