// Bytes on a shell's command line. Node passes arguments and variables as UTF-8 text only; what is not valid UTF-8
// goes in as octal escapes that the shell's own printf turns back into the exact bytes.
import { exactText } from './raw-path.ts';

/** What to run as `/bin/sh -c script name argument`, and with which environment. */
export interface ShellCall {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Undefined when the script itself changes the directory. */
  readonly cwd: string | undefined;
}

/**
 * The call that runs `command` in `dir` as qmail-local does: umask 077, standard error into standard output.
 * The outer shell only prepares; it is replaced by a `/bin/sh -c command`.
 */
export function shellCall(command: string, dir: string, environment: Readonly<Record<string, string>>): ShellCall {
  const env: Record<string, string> = {};
  const prelude = ['umask 077'];
  for (const [name, bytes] of Object.entries(environment)) {
    const text = exactText(bytes);
    if (text !== undefined) env[name] = text;
    // `$(…)` drops trailing line ends, so a final x keeps them.
    else prelude.push(`${name}=$(printf '${octal(bytes)}x')`, `${name}=\${${name}%x}`, `export ${name}`);
  }
  const cwd = exactText(dir);
  if (cwd === undefined) prelude.push(`cd "$(printf '${octal(dir)}')" || exit 111`);
  const text = exactText(command);
  const argument = text === undefined ? `"$(printf '${octal(command)}')"` : '"$1"';
  prelude.push(`exec /bin/sh -c ${argument} 2>&1`);
  return { args: ['-c', prelude.join('\n'), 'sh', ...(text === undefined ? [] : [text])], env, cwd };
}

function octal(bytes: string): string {
  return Array.from(bytes, byte => `\\${byte.charCodeAt(0).toString(8).padStart(3, '0')}`).join('');
}
