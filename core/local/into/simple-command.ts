// Parses command lines that are simple enough to predict what /bin/sh would do: words, quotes, backslashes, and variables in double
// quotes or with values that expand to one word. All others are left to the shell.

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The words of a simple command.
 * @param command a byte string, as after `|` in a .qmail file
 * @param env the variables that the shell would find
 * @returns undefined if the line needs a shell. The caller checks whether the first word is a shell builtin
 */
export function simpleCommand(command: string, env: Variables): readonly string[] | undefined {
  const words: string[] = [];
  for (let at = skipBlanks(command, 0); at < command.length; at = skipBlanks(command, at)) {
    const word = readWord(command, at, env);
    if (!word) return undefined;
    words.push(word.text);
    at = word.end;
  }
  return words;
}

interface Read {
  readonly text: string;
  /** Where the next byte is. */
  readonly end: number;
}

function skipBlanks(command: string, at: number): number {
  let next = at;
  while (command[next] === ' ' || command[next] === '\t') next++;
  return next;
}

function readWord(command: string, start: number, env: Variables): Read | undefined {
  let text = '';
  let at = start;
  while (at < command.length && command[at] !== ' ' && command[at] !== '\t') {
    const part = readPart(command, at, env);
    if (!part || (at === start && /[#~]/.test(command[at] as string))) return undefined;
    text += part.text;
    at = part.end;
  }
  return { text, end: at };
}

/** Bytes without a special meaning to the shell, at least inside a word. */
const plain = /[\w@%+,./:^\x80-\xff#~!-]+/y;

function readPart(command: string, at: number, env: Variables): Read | undefined {
  switch (command[at]) {
    case "'": {
      const end = command.indexOf("'", at + 1);
      return end < 0 ? undefined : { text: command.slice(at + 1, end), end: end + 1 };
    }
    case '"':
      return readDoubleQuoted(command, at + 1, env);
    case '\\':
      return at + 1 < command.length ? { text: command[at + 1] as string, end: at + 2 } : undefined;
    case '$': {
      const found = readVariable(command, at, env);
      // Outside quotes the shell splits a value at blanks and expands * and similar characters.
      return found && /^[\w@%+,./:^\x80-\xff#~!=-]+$/.test(found.text) ? found : undefined;
    }
    case '=':
      // `name=value` before a command sets a variable; after it, it is a word like any other.
      return /^[\w]+$/.test(command.slice(0, at).trimStart()) ? undefined : { text: '=', end: at + 1 };
    default: {
      plain.lastIndex = at;
      const match = plain.exec(command);
      return match ? { text: match[0], end: plain.lastIndex } : undefined;
    }
  }
}

function readDoubleQuoted(command: string, start: number, env: Variables): Read | undefined {
  let text = '';
  for (let at = start; at < command.length; ) {
    const byte = command[at] as string;
    if (byte === '"') return { text, end: at + 1 };
    if (byte === '`') return undefined;
    if (byte === '$') {
      const found = readVariable(command, at, env);
      if (!found) return undefined;
      text += found.text;
      at = found.end;
    } else if (byte === '\\' && /[$`"\\]/.test(command[at + 1] ?? '')) {
      text += command[at + 1];
      at += 2;
    } else {
      text += byte;
      at++;
    }
  }
  return undefined;
}

const variable = /\$(?:(\w+)|\{(\w+)\})/y;

function readVariable(command: string, at: number, env: Variables): Read | undefined {
  variable.lastIndex = at;
  const match = variable.exec(command);
  const name = match?.[1] ?? match?.[2];
  if (name === undefined || /^\d/.test(name) || shellVariables.has(name)) return undefined;
  const text = env[name];
  return text === undefined ? undefined : { text, end: variable.lastIndex };
}

/** Variables that the shell sets itself, whatever its environment says. */
const shellVariables: ReadonlySet<string> = new Set([
  'PWD',
  'OLDPWD',
  'PPID',
  'IFS',
  'OPTIND',
  'PS1',
  'PS2',
  'PS4',
  '_',
]);
