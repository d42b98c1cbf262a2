// Says that a message goes over a link: what that takes and costs, and that it waits if it is too large for the link.
import type { LinkForecast } from '../../../core/api/links.ts';
import { text } from '../../text/en.ts';
import { duration, size } from '../../text/format.ts';
import { Icon } from '../../ui/icon.tsx';

/** Always there, so that a screen reader says what comes into it. */
export function LinkForecastNote({ forecasts }: { forecasts: readonly LinkForecast[] }) {
  return (
    <div role="status" aria-label={text.links.forecast.label}>
      {forecasts.map(forecast => (
        <p key={forecast.name} class={forecast.tooLarge ? 'link-forecast large' : 'link-forecast'}>
          <Icon name={forecast.tooLarge ? 'warn' : 'links'} />
          <span>{forecastWords(forecast)}</span>
        </p>
      ))}
    </div>
  );
}

function forecastWords({ name, tooLarge, largestBytes, seconds, cost, currency }: LinkForecast): string {
  const { large, takes } = text.links.forecast;
  const time = seconds === null ? '' : duration(seconds * 1000);
  const price = cost === null ? '' : text.links.money(cost, currency);
  const words = takes(name, time, price);
  return tooLarge && largestBytes !== null ? `${large(name, size(largestBytes))} ${words}` : words;
}
