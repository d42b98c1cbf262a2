// Which links the recipients of a draft go over, and what sending it takes: the composer warns by it.
import type { HandlersOf } from '../api/contract.ts';
import type { LinkForecast } from '../api/links.ts';
import { classify } from '../control/classify.ts';
import type { Control } from '../control/control.ts';
import { typedParts } from '../inject/compose/typed-addresses.ts';
import { collectInSlices } from '../lib/time-slice.ts';
import type { Links } from '../link/links.ts';
import { addressFromText } from '../message/address.ts';

interface LinkForecastDeps {
  /** By which addresses are local or not. */
  readonly control: () => Pick<Control, 'envNoAtHost' | 'percentHack' | 'locals' | 'virtualDomains'>;
  readonly links: Pick<Links, 'spoolFor' | 'estimate'>;
}

export function createLinkForecast({ control, links }: LinkForecastDeps): HandlersOf<'links.forecast'> {
  /** The link that an address goes over. */
  function linkOf(address: string): string | undefined {
    const { channel, address: routed } = classify(addressFromText(address), control());
    return channel === 'local' ? links.spoolFor(routed)?.link : undefined;
  }

  function* linksOf(addresses: Iterable<string>): Generator<{ address: string; link: string | undefined }> {
    for (const address of addresses) yield { address, link: linkOf(address) };
  }

  return {
    async 'links.forecast'({ to, cc, bcc, bytes }) {
      // Names without a host are this host's: they go over no link.
      // A part that is not complete goes nowhere.
      const parts = await collectInSlices(partsOf([to, cc, bcc]));
      const addresses = new Set(parts.flatMap(part => (typeof part === 'string' ? [] : part.address)));
      const placed = await collectInSlices(linksOf(addresses));
      const byLink = Map.groupBy(placed, ({ link }) => link);
      const forecasts: LinkForecast[] = [];
      for (const [name, of] of byLink) {
        const recipients = of.map(({ address }) => address);
        const estimate = name === undefined ? undefined : links.estimate(name, bytes * recipients.length, bytes);
        if (estimate) forecasts.push({ ...estimate, recipients });
      }
      return { links: forecasts };
    },
  };
}

function* partsOf(lists: readonly string[]): ReturnType<typeof typedParts> {
  for (const list of lists) yield* typedParts(list, typed => typed);
}
