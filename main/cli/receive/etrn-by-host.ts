// ETRN in qmail-smtpd: another process sends what waits for links, the running host, so that is asked.
import { readLinks } from '../../../core/control/links/read-links.ts';
import type { EtrnService } from '../../../core/receive/smtp/connection-deps.ts';
import { connectToHost } from '../../running/control-client.ts';

const noHost = { code: 458, text: 'Unable to queue messages: no mail host runs here (#4.3.2)' };

export function etrnByHost(home: string): EtrnService {
  return {
    offered() {
      try {
        return readLinks(home).some(({ link, problems }) => problems.length === 0 && link.etrnNodes.length > 0);
      } catch {
        return false; // control/links cannot be read: waypost check says so.
      }
    },
    async answer({ argument, stranger, sessionClient: { ip } }) {
      try {
        const host = await connectToHost(home);
        try {
          return await host.api.call('links.etrn', { argument, stranger, ip });
        } finally {
          host.close();
        }
      } catch {
        return noHost; // Or it ends just now.
      }
    },
  };
}
