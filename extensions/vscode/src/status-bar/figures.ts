// Numbers for the meter and its tooltip, by the language of the IDE.

export interface Figures {
  /** Cents from a dollar on, four digits below it: the meter has to move with each request. */
  cost(nanoUsd: number): string;
  count(value: number): string;
  /** Three digits and a unit of size above 10,000. */
  compact(value: number): string;
  /** Of a share between 0 and 1. */
  percent(share: number): string;
}

const nanoPerUsd = 1e9;
/** Rounds to less than one in the fourth digit. */
const leastShown = 50_000;

export function createFigures(locale?: string): Figures {
  const usd = (digits: number): Intl.NumberFormat =>
    new Intl.NumberFormat(locale, {
      style: 'currency',
      currency: 'USD',
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
  const [cents, fine] = [usd(2), usd(4)];
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const short = new Intl.NumberFormat(locale, { notation: 'compact', maximumSignificantDigits: 3 });
  const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  return {
    cost(nanoUsd) {
      if (nanoUsd === 0 || Math.abs(nanoUsd) >= nanoPerUsd)
        return cents.format(nanoUsd / nanoPerUsd);
      if (nanoUsd > 0 && nanoUsd < leastShown) return `<${fine.format(0.0001)}`;
      return fine.format(nanoUsd / nanoPerUsd);
    },
    count: (value) => whole.format(value),
    compact: (value) => (value < 10_000 ? whole.format(value) : short.format(value)),
    percent: (value) => share.format(value),
  };
}
