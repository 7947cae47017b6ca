/** The languages there are, and numbers, times and names in them. */
import { nearest } from '../places';
import { isRecord, record, spoken, text, type Json, type Place } from '../read';
import en, { type Words } from './en';
import ja from './ja';
import ko from './ko';

export type Language = 'en' | 'ja' | 'ko';
export const LANGUAGES: Record<Language, { readonly name: string; readonly words: Words }> = {
  en: { name: 'English', words: own(en) },
  ja: { name: '日本語', words: own(ja) },
  ko: { name: '한국어', words: own(ko) },
};
export type { Words };

/** The words, in whose tables nothing is found but words: the feed may ask for `constructor`. */
function own(words: Words): Words {
  for (const table of Object.values(words)) {
    if (isRecord(table)) Object.setPrototypeOf(table, null);
  }
  return words;
}

export function isLanguage(value: unknown): value is Language {
  return typeof value === 'string' && Object.hasOwn(LANGUAGES, value);
}

const MARK = /^(?:EXERCISE\s*){3}[.。:：]?\s*/;
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

/** A time of day in a zone that is so many minutes from UTC. */
export function clockTime(at: number, offset: number, seconds = true): string {
  const shown = new Date(at + offset * MINUTE).toISOString();
  return shown.slice(11, seconds ? 19 : 16);
}

/** A date in the language, in that zone. */
export function date(at: number, offset: number, language: Language): string {
  return new Intl.DateTimeFormat(language, {
    timeZone: 'UTC', year: 'numeric', month: 'short', day: 'numeric', weekday: 'short',
  }).format(at + offset * MINUTE);
}

export function zone(offset: number): string {
  const [sign, left] = [offset < 0 ? '−' : '+', Math.abs(offset)];
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${sign}${two(Math.floor(left / 60))}:${two(left % 60)}`;
}

/** A span as a clock shows it: 4:05, 1:04:05. */
export function span(ms: number): string {
  const seconds = Math.floor(Math.abs(ms) / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  const rest = `${two(minutes)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest.replace(/^0/, '');
}

/** About how long, in the language's own units: 31 s, 12 min, 3 h, 2 days. */
export function about(ms: number, language: Language): string {
  const steps: [number, string][] = [[DAY, 'day'], [3_600_000, 'hour'], [MINUTE, 'minute'], [1000, 'second']];
  const [size, unit] = steps.find(([each]) => ms >= each * 2) ?? [1000, 'second'];
  return new Intl.NumberFormat(language, {
    style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 0,
  }).format(Math.floor(Math.max(ms, 0) / size));
}

export function amount(value: number, language: Language, digits = 0): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
}

/** A text of the feed in a language, without the mark that the page shows itself. */
export function said(value: unknown, language: Language): string | null {
  return spoken(value, language)?.replace(MARK, '') || null;
}

/** Where a point is, in words. */
export function where(at: Place, words: Words, language: Language): string {
  const { spot, km, direction } = nearest(at);
  if (km < 25) return words.near(spot[language]);
  const round = km < 300 ? 10 : 50;
  const rounded = amount(Math.round(km / round) * round, language);
  return words.from(rounded, words.directions[direction]!, spot[language]);
}

/** What was launched. */
export function vehicle(data: Json, words: Words): string {
  const given = record(data.vehicle);
  const kind = text(given.class, 40) ?? '';
  return words.vehicles[kind] ?? text(given.name, 80) ?? words.something;
}

/** Where something was launched, in a language if the feed has its name in it. */
export function siteOf(data: Json, words: Words, language: Language): string {
  const { name, names } = record(data.site);
  // What an operator is told of the story has its names by language, as the file has them.
  return text(said(names, language) ?? said(name, language), 80) ?? words.unknownSite;
}

/** One report in one line. */
export function headline(kind: string, data: Json, words: Words, language: Language): string {
  const state = text(data.state, 40) ?? '';
  const named = (value: unknown): string | null => said(value, language);
  const stage = words.stages[state];
  switch (kind) {
    case 'launch': {
      const from = words.launchFrom(vehicle(data, words), siteOf(data, words, language));
      return state ? `${words.phases[state] ?? state}: ${from}` : from;
    }
    case 'track':
      return `${words.phases[text(data.phase, 20) ?? ''] ?? ''} ${words.up(kilometres(data.altitude_m, language))}`;
    case 'impact':
      return state === 'observed' ? words.impactObserved : `${words.impactIn} …`;
    case 'correction':
      return `${words.acts[text(data.as, 20) ?? 'update'] ?? ''}: ${text(data.of, 100) ?? ''}`;
    case 'meeting':
    case 'agreement':
      return [named(data.title) ?? words.kinds[kind], stage].filter(Boolean).join(': ');
    case 'incident':
      return named(data.title) ?? named(data.summary) ?? named(data.text) ?? words.kinds.incident!;
    case 'statement': {
      const who = text(data.speaker, 80) ?? text(data.role, 80);
      return [who, named(data.text) ?? named(data.summary)].filter(Boolean).join(': ');
    }
    default:
      return named(data.headline) ?? named(data.title) ?? named(data.text) ?? words.kinds[kind] ?? kind;
  }
}

function kilometres(value: unknown, language: Language): string {
  return typeof value === 'number' && Number.isFinite(value) ? amount(value / 1000, language) : '?';
}
