/** The colour and the shape of a country: the same on the map, in plots and in words. */
import palette from './palette.json';

export interface Look {
  readonly colour: string;
  readonly shape: string;
}

const NAMED: Record<string, Look> = palette.named;
const UNKNOWN: Look = { colour: '#8b98a5', shape: '○' };

/** How a country looks among others: one without a colour of its own takes the next free one. */
export function look(code: string, codes: readonly string[]): Look {
  const own = NAMED[code];
  if (own) return own;
  const further = codes.filter((each) => !NAMED[each]).sort();
  const index = further.indexOf(code);
  return index < 0 ? UNKNOWN : palette.further[index % palette.further.length]!;
}
