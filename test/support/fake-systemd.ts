// Stand-ins for systemctl and loginctl: they read the unit and run its commands, as systemd would, and keep a
// list of their calls.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

export interface FakeSystemd {
  /** A directory for the beginning of PATH. */
  readonly bin: string;
  /** All calls so far, each with its program. */
  calls(): readonly string[];
}

/** @param directory where anyone may write who calls them. Whatever they started ends with the test */
export function fakeSystemd(t: TestContext, directory: string): FakeSystemd {
  const bin = join(directory, 'systemd-bin');
  const log = join(bin, 'calls');
  const pid = join(bin, 'pid');
  mkdirSync(bin);
  writeFileSync(log, '');
  const script = (name: string, text: string) =>
    writeFileSync(join(bin, name), `#!/bin/sh\necho "${name} $*" >>${log}\n${text}\n`, { mode: 0o755 });
  script(
    'systemctl',
    `unit="\${XDG_CONFIG_HOME:-$HOME/.config}/systemd/user"
name=
for arg; do name=$arg; done
isUp() { [ -s ${pid} ] && kill -0 "$(cat ${pid})" 2>/dev/null; }
end() { isUp || return 0; kill -TERM "$(cat ${pid})"; while isUp; do sleep 0.1; done; rm -f ${pid}; }
case "$2" in
start|restart)
  command=$(sed -n 's/^ExecStart=//p' "$unit/$name.service")
  [ -n "$command" ] || { echo "Unit $name.service not found." >&2; exit 5; }
  end
  ( eval "exec $command" </dev/null >/dev/null 2>${bin}/stderr & echo $! >${pid} ) ;;
disable|stop) end ;;
is-active) isUp ;;
esac`,
  );
  script(
    'loginctl',
    `case "$1" in enable-linger) touch ${bin}/linger ;; show-user) [ -e ${bin}/linger ] && echo yes || echo no ;; esac`,
  );
  t.after(() => {
    try {
      process.kill(Number(readFileSync(pid, 'latin1')), 'SIGKILL');
    } catch {
      // It has ended.
    }
  });
  return { bin, calls: () => readFileSync(log, 'utf8').trimEnd().split('\n') };
}
