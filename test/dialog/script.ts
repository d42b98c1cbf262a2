// Dialogue scripts, one line each:  `> text` is sent with CR LF,  `>> "text"` is a JSON string sent as it is,
// `< text` must come exactly,  `<~ pattern` must match,  `= closed` means that the peer closes with nothing more to
// say,  `# text` is a comment.  Everything else is an error in the script.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RawClient, rawClient } from '../support/raw-client.ts';

/** The scripts of a directory: name and text. */
export function scriptsIn(directory: string): { name: string; text: string }[] {
  return readdirSync(directory)
    .filter(name => name.endsWith('.txt'))
    .sort()
    .map(name => ({ name: name.slice(0, -4), text: readFileSync(join(directory, name), 'utf8') }));
}

/** Plays a script against a port. */
export async function play(text: string, port: number): Promise<void> {
  const client = await rawClient(port);
  try {
    for (const [at, line] of text.split('\n').entries()) await step(client, line, at + 1);
  } finally {
    client.drop();
  }
}

async function step(client: RawClient, line: string, number: number): Promise<void> {
  const [, mark, rest = ''] = /^(>>|>|<~|<|=|#|)(?: (.*))?$/.exec(line) ?? [line, 'unknown'];
  if (mark === '>') client.send(`${rest}\r\n`);
  else if (mark === '>>') client.send(JSON.parse(rest) as string);
  else if (mark === '<') assert.equal(await client.line(), rest, `script line ${number}`);
  else if (mark === '<~') assert.match(await client.line(), new RegExp(`^${rest}$`), `script line ${number}`);
  else if (mark === '=' && rest === 'closed') assert.equal(await client.rest(), '', `script line ${number}`);
  else if (mark !== '#' && mark !== '') throw new Error(`script line ${number} makes no sense: ${line}`);
}
