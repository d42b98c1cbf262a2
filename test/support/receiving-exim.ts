// A real Exim that receives mail for every address into one file, one message after the other. It needs root to start.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { eximHome } from './exim-home.ts';
import { startProgramOnPort } from './program-on-port.ts';

export interface ReceivingExim {
  readonly port: number;
  log(): string;
  /** The file as a byte string; '': nothing has come yet. */
  box(): string;
}

interface EximOptions {
  /** Lines of its configuration, before its ACLs. */
  readonly main?: string;
  /** Statements of the ACL that recipients meet. */
  readonly refusals?: string;
  /** More ACLs. */
  readonly acls?: string;
}

export async function startReceivingExim(t: TestContext, options: EximOptions = {}): Promise<ReceivingExim> {
  const { main, refusals, acls = '' } = options;
  const exim = eximHome(
    t,
    inbox => `${acls}begin routers
all:
  driver = accept
  transport = inbox
begin transports
inbox:
  driver = appendfile
  file = ${inbox}/box
  user = Debian-exim
  message_prefix =
  message_suffix =
`,
    main,
    refusals,
  );
  const { port } = await startProgramOnPort(t, 'exim4', free => [
    ...['-C', exim.config, '-bdf', '-oX', `127.0.0.1.${free}`, '-odi'],
  ]);
  const path = join(exim.inbox, 'box');
  return { port, log: exim.log, box: () => (existsSync(path) ? readFileSync(path, 'latin1') : '') };
}
