// Reads the rewriting rules of new-inject and ofmipd.
import { basename, dirname, join } from 'node:path';
import { controlFiles } from '../../../core/control/read-control-files.ts';
import type { RewriteHosts } from '../../../core/message/header/rewrite.ts';
import { readRewriteRules, usualRewriteLines } from '../../../core/message/header/rewrite-rules.ts';

/**
 * @param hosts the defaults from which rules are derived if there is no file
 * @param path a file to use instead of control/rewrite, if it exists
 * @throws UserError if a file exists but cannot be read
 */
export function rewriteRules(home: string, hosts: RewriteHosts, path?: string): ReturnType<typeof readRewriteRules> {
  const own = path && controlFiles(dirname(path)).list(basename(path));
  return readRewriteRules(own || controlFiles(join(home, 'control')).list('rewrite') || usualRewriteLines(hosts));
}
