// The run scripts of "Life with qmail" and of the qmail HOWTO, word for word except the memory limit, with which no program
// of today would start, and the place of checkpassword. They go into a home that is mounted at /var/qmail.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** By file, below /var/qmail. */
const files: Readonly<Record<string, string>> = {
  rc: `# Using stdout for logging
# Using control/defaultdelivery from qmail-local to deliver messages by default

exec env - PATH="/var/qmail/bin:$PATH" \\
qmail-start "\`cat /var/qmail/control/defaultdelivery\`"
`,
  'supervise/qmail-send/run': `exec /var/qmail/rc
`,
  'supervise/qmail-send/log/run': `exec /usr/local/bin/setuidgid qmaill /usr/local/bin/multilog t /var/log/qmail
`,
  'supervise/qmail-smtpd/run': `QMAILDUID=\`id -u qmaild\`
NOFILESGID=\`id -g qmaild\`
MAXSMTPD=\`cat /var/qmail/control/concurrencyincoming\`
LOCAL=\`head -1 /var/qmail/control/me\`

if [ -z "$QMAILDUID" -o -z "$NOFILESGID" -o -z "$MAXSMTPD" -o -z "$LOCAL" ]; then
    echo QMAILDUID, NOFILESGID, MAXSMTPD, or LOCAL is unset in
    echo /var/qmail/supervise/qmail-smtpd/run
    exit 1
fi

if [ ! -f /var/qmail/control/rcpthosts ]; then
    echo "No /var/qmail/control/rcpthosts!"
    echo "Refusing to start SMTP listener because it'll create an open relay"
    exit 1
fi

exec /usr/local/bin/softlimit -m 5000000 \\
    /usr/local/bin/tcpserver -v -R -l "$LOCAL" -x /etc/tcp.smtp.cdb -c "$MAXSMTPD" \\
        -u "$QMAILDUID" -g "$NOFILESGID" 0 smtp \\
        /usr/local/bin/rblsmtpd -r relays.example.org \\
        /usr/local/bin/recordio /var/qmail/bin/qmail-smtpd 2>&1
`,
  // Permanent failures also go to a separate log.
  'supervise/qmail-smtpd/log/run': `exec /usr/local/bin/setuidgid qmaill \\
    /usr/local/bin/multilog t /var/log/qmail/smtpd '-*' '+* * > 5*' /var/log/qmail/refused
`,
  'supervise/qmail-pop3d/run': `exec /usr/local/bin/softlimit -m 5000000 \\
    /usr/local/bin/tcpserver -v -R -H -l 0 0 110 /var/qmail/bin/qmail-popup \\
        h.example /usr/local/bin/checkpassword /var/qmail/bin/qmail-pop3d Maildir 2>&1
`,
  'supervise/qmail-pop3d/log/run': `exec /usr/local/bin/setuidgid qmaill /usr/local/bin/multilog t /var/log/qmail/pop3d
`,
};

/** Writes them into a home. */
export function writeRunScripts(home: string): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(home, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `#!/bin/sh\n${text}`);
    chmodSync(path, 0o755);
  }
}
