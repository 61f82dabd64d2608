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

/**
 * The first formatter of a process takes 25 ms, for the language's data. So each is made when the first
 * figure is to be shown, which is behind the editor's start.
 */
export function createFigures(locale?: string): Figures {
  const lazyFormat = (options: Intl.NumberFormatOptions): ((value: number) => string) => {
    let format: Intl.NumberFormat | null = null;
    return (value) => (format ??= new Intl.NumberFormat(locale, options)).format(value);
  };
  const usd = (digits: number): ((value: number) => string) =>
    lazyFormat({
      style: 'currency',
      currency: 'USD',
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
  const [cents, fine] = [usd(2), usd(4)];
  const whole = lazyFormat({ maximumFractionDigits: 0 });
  const short = lazyFormat({ notation: 'compact', maximumSignificantDigits: 3 });
  const share = lazyFormat({ style: 'percent', maximumFractionDigits: 0 });
  return {
    cost(nanoUsd) {
      if (nanoUsd === 0 || Math.abs(nanoUsd) >= nanoPerUsd) return cents(nanoUsd / nanoPerUsd);
      if (nanoUsd > 0 && nanoUsd < leastShown) return `<${fine(0.0001)}`;
      return fine(nanoUsd / nanoPerUsd);
    },
    count: whole,
    compact: (value) => (value < 10_000 ? whole(value) : short(value)),
    percent: share,
  };
}
