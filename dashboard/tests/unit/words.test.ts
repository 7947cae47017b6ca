import { describe, expect, it } from 'vitest';
import { LANGUAGES, about, clockTime, headline, said, span, where, zone, type Language } from '../../src/words';
import { LAUNCH } from './made';

const ALL = Object.keys(LANGUAGES) as Language[];

/** Every path to a word in a tree of words. */
function paths(words: object, before = ''): string[] {
  return Object.entries(words).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null ? paths(value as object, `${before}${name}.`) : [before + name],
  );
}

describe('the languages', () => {
  it.each(ALL)('%s has a word for everything, and nothing else', (language) => {
    expect(paths(LANGUAGES[language].words).sort()).toEqual(paths(LANGUAGES.en.words).sort());
  });

  it.each(ALL)('%s says a launch in one line', (language) => {
    const named = { ...LAUNCH, site: { name: 'Sunan', names: { en: 'Sunan', [language]: 'NAME' } } };
    expect(headline('launch', named, LANGUAGES[language].words, language)).toContain('NAME');
    const planned = { ...LAUNCH, site: { name: { en: 'Sunan', [language]: 'NAME' } } };
    expect(headline('launch', planned, LANGUAGES[language].words, language)).toContain('NAME');
    const line = headline('launch', LAUNCH, LANGUAGES[language].words, language);
    expect(line).toContain('Mupyong-ni');
    expect(line).not.toMatch(/undefined|srbm|irbm|detected.*detected/);
  });

  it('show text of the feed without the mark that the page shows itself', () => {
    expect(said({ en: 'EXERCISE EXERCISE EXERCISE. Missile launch' }, 'en')).toBe('Missile launch');
    expect(said({ en: 'EXERCISE EXERCISE EXERCISE' }, 'en')).toBeNull();
  });
});

describe('numbers, times and places', () => {
  it('say a time in the zone of the story', () => {
    expect(clockTime(Date.parse('2022-10-04T07:22:05+09:00'), 540)).toBe('07:22:05');
    expect(zone(-210)).toBe('−03:30');
  });
  it('say spans', () => {
    expect([0, 65_000, 3_661_000].map(span)).toEqual(['0:00', '1:05', '1:01:01']);
    expect(about(31_000, 'en')).toBe('31 sec');
    expect(about(3 * 3_600_000, 'ja')).toBe('3 時間');
  });
  it('say a place by a name that people know', () => {
    const say = (language: Language): string => where([139.6, 41.9], LANGUAGES[language].words, language);
    expect(say('en')).toBe('30 km south of Okushiri');
    expect(say('ja')).toBe('奥尻島の南 30 km');
    expect(where([139.7, 35.7], LANGUAGES.en.words, 'en')).toBe('near Tokyo');
    expect(where([179.9, 30], LANGUAGES.en.words, 'en')).toContain('Midway');
  });
});
