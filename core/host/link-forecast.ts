// Which links the recipients of a draft go over, and what sending it takes: the composer warns by it.
import type { HandlersOf } from '../api/contract.ts';
import type { LinkForecast } from '../api/links.ts';
import { classify } from '../control/classify.ts';
import type { Control } from '../control/control.ts';
import { sortTypedList } from '../inject/compose/typed-addresses.ts';
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

  return {
    async 'links.forecast'({ to, cc, bcc, bytes }) {
      // Names without a host are this host's: they go over no link.
      const typed = [to, cc, bcc].flatMap(list => sortTypedList(list, address => address).people);
      const addresses = [...new Set(typed.map(({ address }) => address))];
      const byLink = Map.groupBy(addresses, linkOf);
      const forecasts: LinkForecast[] = [];
      for (const [name, recipients] of byLink) {
        const estimate = name === undefined ? undefined : links.estimate(name, bytes * recipients.length, bytes);
        if (estimate) forecasts.push({ ...estimate, recipients });
      }
      return { links: forecasts };
    },
  };
}
