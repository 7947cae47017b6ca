import { describe, expect, it } from 'vitest';
import { moment, number, offset, parsed, place, spoken, text } from '../../src/read';

describe('what may be anything', () => {
  it('is an object or nothing', () => {
    expect(parsed('{"a":1}')).toEqual({ a: 1 });
    for (const bad of ['', '[]', '1', '"a"', 'null', '{', '{"a":1}x']) expect(parsed(bad)).toBeNull();
  });
  it('is neither too long nor too deep', () => {
    expect(parsed(`{"a":"${'x'.repeat(70_000)}"}`)).toBeNull();
    expect(parsed(`{"a":${'['.repeat(23)}${']'.repeat(23)}}`)).not.toBeNull();
    expect(parsed(`{"a":${'['.repeat(24)}${']'.repeat(24)}}`)).toBeNull();
    expect(parsed(`{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`)).toBeNull();
  });
  it('is plain text of a bounded length', () => {
    expect(text('a\u202Eb\u0007c')).toBe('a b c');
    expect(text('x'.repeat(300))).toHaveLength(200);
    expect(text(7)).toBeNull();
  });
  it('is a finite number in bounds', () => {
    expect(number(1e300)).toBeNull();
    expect(number(Number.NaN)).toBeNull();
    expect(number('1')).toBeNull();
    expect(number(-1, 0)).toBeNull();
  });
  it('is a time with an offset, never Z', () => {
    expect(moment('2022-10-04T07:22:00.000+09:00')).toBe(1664835720000);
    expect(moment('2022-10-04T07:22:00.000Z')).toBeNull();
    expect(moment('2022-99-04T07:22:00.000+09:00')).toBeNull();
    expect(offset('2022-10-04T07:22:00.000-03:30')).toBe(-210);
  });
  it('is a place on Earth', () => {
    expect(place({ type: 'Point', coordinates: [139, 35, 3] })).toEqual([139, 35]);
    for (const bad of [[999, 0], [0, 91], ['1', 2], [1], null]) {
      expect(place({ coordinates: bad })).toBeNull();
    }
  });
  it('is said in the language asked for, else in English, else in any', () => {
    expect(spoken({ en: 'a', ja: 'b' }, 'ja')).toBe('b');
    expect(spoken({ en: 'a' }, 'ko')).toBe('a');
    expect(spoken({ ja: 'b' }, 'ko')).toBe('b');
    expect(spoken({ en: { deep: 1 } }, 'en')).toBeNull();
  });
});
