/** The page's fold against the file that the rest of the project is held to as well. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { envelope } from '../../src/envelope';
import { EMPTY, fold, type Picture, type Shown } from '../../src/picture';

const TESTS = new URL('../../../tests/', import.meta.url);
type Change = [number: number, country: string, events: string[]];
const expected = JSON.parse(readFileSync(new URL('conformance/pictures.json', TESTS), 'utf8')) as Record<string, Change[]>;

function payloads(name: string): string[] {
  return readFileSync(new URL(`golden/${name}.wire`, TESTS), 'utf8')
    .split('\n')
    .map((line) => line.split(' ').slice(2).join(' '))
    .filter((payload) => payload.startsWith('{'));
}

/**
 * What stands for everybody else.  The page keeps what is over, to tell of it in the past tense, and
 * holds apart what came late, which a picture without a memory for that takes as standing.
 */
function stands({ over, known }: Shown, last: string | undefined): boolean {
  return over === null || (last === 'late' && [...known.values()].some(({ late }) => late));
}

it.each(Object.keys(expected))('%s is folded alike', (name) => {
  const pictures = new Map<string, Picture>();
  const late = new Map<string, string>();
  const before = new Map<string, string>();
  const found: Change[] = [];
  payloads(name).forEach((payload, number) => {
    const message = envelope(payload)!;
    expect(message).not.toBeNull();
    const { recipient, event, originator, act } = message;
    const picture = fold(pictures.get(recipient) ?? EMPTY, message);
    pictures.set(recipient, picture);
    const known = picture.shown.get(`launch/${event}`)?.known.get(originator);
    if (known?.late) late.set(`${recipient} ${event}`, act === 'all-clear' || act === 'cancel' ? 'over' : 'late');
    const events = [...picture.shown]
      .filter(([, shown]) => stands(shown, late.get(`${recipient} ${shown.event}`)))
      .map(([key]) => key)
      .sort();
    if (JSON.stringify(events) !== (before.get(recipient) ?? '[]')) found.push([number, recipient, events]);
    before.set(recipient, JSON.stringify(events));
  });
  expect(found).toEqual(expected[name]);
});
