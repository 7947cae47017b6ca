/** What the page was opened with: its address, what the server beside it says, what was chosen. */
import { isLanguage, type Language } from './words';
import { parsed, text } from './read';

export interface Settings {
  readonly broker: string | null;
  readonly exercise: string | null;
  readonly country: string | null;
  readonly language: Language;
  readonly theme: Theme;
}
export type Theme = 'dark' | 'light' | 'system';
export const THEMES: readonly Theme[] = ['system', 'dark', 'light'];

/** Under which name this tab keeps its log-in. */
export const KEPT_LOGIN = 'feed-login';

const SLUG = /^[a-z0-9-]{1,100}$/;
const CODE = /^[a-z]{3}$/;

/** Settings from the page's address and what a visitor chose before. */
export function settings(
  address: URL,
  served: string,
  kept: (name: string) => string | null,
  browser: readonly string[],
): Settings {
  const asked = address.searchParams;
  const given = parsed(served) ?? {};
  const language = [asked.get('lang'), kept('language'), ...browser.map((each) => each.slice(0, 2))];
  const theme = asked.get('theme') ?? kept('theme');
  const exercise = asked.get('exercise') ?? text(given.exercise);
  const country = (asked.get('country') ?? text(given.country) ?? '').toLowerCase();
  return {
    broker: websocket(asked.get('broker') ?? text(given.broker), address),
    exercise: exercise !== null && SLUG.test(exercise) ? exercise : null,
    country: CODE.test(country) ? country.toUpperCase() : null,
    language: language.find(isLanguage) ?? 'en',
    theme: THEMES.find((each) => each === theme) ?? 'system',
  };
}

/** A WebSocket address, absolute or beside the page; null if it is none. */
export function websocket(given: string | null, page: URL): string | null {
  if (given === null) return null;
  try {
    const url = new URL(given, page);
    if (url.protocol === 'http:') url.protocol = 'ws:';
    if (url.protocol === 'https:') url.protocol = 'wss:';
    url.search = '';
    url.hash = '';
    return ['ws:', 'wss:'].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** A log-in as `login` reads it. */
export function written(user: string, password: string): string {
  return `#${encodeURIComponent(user)}=${encodeURIComponent(password)}`;
}

/** User and password from the part of the address that no server sees: `#operator=…`. */
export function login(hash: string): { user: string; password: string } | null {
  const found = /^#([^\s=]{1,60})=(\S{1,600})$/.exec(hash);
  try {
    return found && { user: decodeURIComponent(found[1]!), password: decodeURIComponent(found[2]!) };
  } catch {
    return null;
  }
}
