// Values in files of words (word-file.ts): numbers, domains, a host with its port.
import { isIP } from 'node:net';

const mostPort = 65_535;

/** @returns what is wrong, if anything */
export function takeNumber(
  value: string,
  least: number,
  most: number,
  take: (count: number) => void,
): string | undefined {
  const count = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
  if (!(count >= least && count <= most)) return `${value} is not a number from ${least} to ${most}`;
  take(count);
  return undefined;
}

export function isDomain(text: string): boolean {
  return /^[a-z0-9](?:[a-z0-9._-]{0,253}[a-z0-9])?$/i.test(text) && !text.includes('..');
}

/** `host`, `host:25`, `10.0.0.1`, `[fd00::1]:25`. @returns undefined when it is none of these */
export function parseHostPort(text: string): { host: string; port: number | undefined } | undefined {
  const [, bracketed, plain, portText] = /^(?:\[([^\]\s]{1,64})\]|([^:\s]{1,255}))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? plain ?? '';
  const port = portText === undefined ? undefined : Number(portText);
  if (port !== undefined && (port < 1 || port > mostPort)) return undefined;
  if (bracketed !== undefined ? isIP(bracketed) === 0 : !isDomain(host)) return undefined;
  return { host, port };
}
