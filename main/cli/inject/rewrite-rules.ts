// Where new-inject and ofmipd take their rules for hosts from.
import { basename, dirname, join } from 'node:path';
import { controlFiles } from '../../../core/control/control-files.ts';
import type { RewriteHosts } from '../../../core/message/header/rewrite.ts';
import { readRewriteRules, usualRewriteLines } from '../../../core/message/header/rewrite-rules.ts';

/**
 * @param hosts what the rules are made of where there is no file
 * @param path a file to take in place of control/rewrite, if it is there
 * @throws UserError when a file is there but cannot be read
 */
export function rewriteRules(home: string, hosts: RewriteHosts, path?: string): ReturnType<typeof readRewriteRules> {
  const own = path && controlFiles(dirname(path)).list(basename(path));
  return readRewriteRules(own || controlFiles(join(home, 'control')).list('rewrite') || usualRewriteLines(hosts));
}
