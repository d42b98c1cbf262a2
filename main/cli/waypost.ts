#!/usr/bin/env node
// The `waypost` command, and every other program of Waypost: `waypost sendmail …`, or a link named sendmail to it. Everything
// else is loaded only after the version of Node was checked: an old one could not even load it, and would print a long error.
import { basename } from 'node:path';
import { complaintAboutNode } from './node-version.ts';

const complaint = complaintAboutNode(process.versions.node);
if (complaint) {
  process.stderr.write(`${complaint}\n`);
  process.exitCode = 111; // a program that called sendmail tries again later
} else {
  const { runCommand } = await import('./run-command.ts');
  const called = basename(process.argv[1] ?? 'waypost').replace(/\.(ts|js)$/, '');
  process.exitCode = await runCommand(called, process.argv.slice(2), import.meta.filename);
}
