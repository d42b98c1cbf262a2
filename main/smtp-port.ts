// The SMTP port of a host that was given none: 2525, or the next one that is free.
import { createServer } from 'node:net';
import { errorCode } from '../core/lib/user-error.ts';

export const usualSmtpPort = 2525;
const tries = 20;
const mostStarts = 5;

/** Finds a port to listen on at an address; 0 (let the system choose) when all of the usual ones are taken. */
export async function chooseSmtpPort(address: string, isFree = canListen): Promise<number> {
  for (let port = usualSmtpPort; port < usualSmtpPort + tries; port += 1) {
    if (await isFree(address, port)) return port;
  }
  return 0;
}

/** Starts something on such a port, and on another one when a third process was faster. @returns what `start` returned */
export async function startOnSmtpPort<T>(
  address: string,
  start: (port: number) => Promise<T>,
  choose = chooseSmtpPort,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await choose(address);
    try {
      return await start(port);
    } catch (error) {
      const wasTaken = errorCode((error as Error).cause) === 'EADDRINUSE';
      if (!wasTaken || attempt === mostStarts) throw error;
    }
  }
}

function canListen(address: string, port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
