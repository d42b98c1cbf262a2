#!/usr/bin/env node
// The `waypost` command, and every program that it stands for: `waypost sendmail …`, or a link named sendmail to it.
// What it does is loaded only after a look at Node: an old one could not even load it, and would say so at length.
import { basename } from 'node:path';
import { complaintAboutNode } from './node-version.ts';

const complaint = complaintAboutNode(process.versions.node);
if (complaint) {
  process.stderr.write(`${complaint}\n`);
  process.exitCode = 111; // for a program that called sendmail: try again later
} else {
  const { runCommand } = await import('./run-command.ts');
  const called = basename(process.argv[1] ?? 'waypost').replace(/\.(ts|js)$/, '');
  process.exitCode = await runCommand(called, process.argv.slice(2), import.meta.filename);
}
