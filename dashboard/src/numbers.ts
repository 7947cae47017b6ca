/** Which numbers of a country's feed came, and which did not: pure counting. */
const MOST_GAPS = 1000;

export interface Counted {
  /** the highest number that came, those below it that did not, and how many too many to name */
  readonly sequence: number;
  readonly gaps: ReadonlySet<number>;
  readonly lost: number;
  /** the same of what was sent while this page was not connected: no gaps of the feed */
  readonly unheard: ReadonlySet<number>;
  readonly unheardMore: number;
  /** the connection was lost, and nothing has told yet how far the feed went on meanwhile */
  readonly away: boolean;
}

export const NONE: Counted = {
  sequence: 0,
  gaps: new Set(),
  lost: 0,
  unheard: new Set(),
  unheardMore: 0,
  away: false,
};

/** How far a country is with one more number; null if that one came already. */
export function numbered(country: Counted & { readonly received: number }, sequence: number): Counted | null {
  const { gaps, unheard, sequence: last, received } = country;
  if (received === 0) return { ...country, sequence, away: false };
  if (sequence > last) return { ...skipped(country, sequence), sequence };
  // A broker may deliver again what it did not see acknowledged in time, after what followed.
  if (!gaps.has(sequence) && !unheard.has(sequence)) return null;
  return { ...country, gaps: without(gaps, sequence), unheard: without(unheard, sequence) };
}

/** What did not come of the numbers up to the next one, and whether this page was there to hear. */
export function skipped(country: Counted, next: number): Counted {
  if (next === country.sequence + 1) return { ...country, away: false };
  const more = new Set(country.away ? country.unheard : country.gaps);
  const from = country.sequence + 1;
  const room = MOST_GAPS - more.size;
  for (let each = from; each < Math.min(next, from + room); each++) more.add(each);
  const rest = Math.max(next - from - room, 0);
  return country.away
    ? { ...country, unheard: more, unheardMore: country.unheardMore + rest, away: false }
    : { ...country, gaps: more, lost: country.lost + rest };
}

function without(numbers: ReadonlySet<number>, one: number): ReadonlySet<number> {
  return new Set([...numbers].filter((each) => each !== one));
}
