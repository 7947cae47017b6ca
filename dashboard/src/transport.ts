/** What an operator may ask of the player in which state, and what has been asked.  Pure. */
import type { State } from './clock';
import { number, parsed, text } from './read';

export type Ask =
  | { readonly do: 'play' | 'pause' | 'step' | 'next' }
  | { readonly do: 'rate'; readonly rate: number | 'max' }
  /** to a moment of the story, RFC 3339 */
  | { readonly do: 'seek'; readonly to: string };

export interface Pending {
  readonly id: string;
  readonly ask: Ask;
  readonly since: number;
}

export interface Answer {
  readonly id: string;
  readonly error: string | null;
}

export const RATES: readonly (number | 'max')[] = [1, 10, 60, 600, 'max'];
export const DEADLINE_MS = 5_000;

const ALLOWED: Record<State | 'gone', readonly Ask['do'][]> = {
  loaded: ['play', 'rate', 'seek', 'step', 'next'],
  playing: ['pause', 'rate', 'seek', 'next'],
  paused: ['play', 'rate', 'seek', 'step', 'next'],
  ended: ['seek'],
  gone: [],
};

export function allowed(state: State | 'gone', what: Ask['do']): boolean {
  return ALLOWED[state].includes(what);
}

/** A request as it stands on the wire. */
export function request(id: string, client: string, ask: Ask): string {
  return JSON.stringify({ id, client, ...ask });
}

/** What the player answered; null if it is no answer. */
export function answer(payload: string): Answer | null {
  const raw = parsed(payload);
  const id = text(raw?.id, 80);
  if (!raw || id === null) return null;
  return { id, error: text(raw.error, 400) };
}

/** A position on the time line, in seconds from its begin, as what is asked. */
export function seek(begins: number, seconds: number): Ask {
  const at = new Date(begins + (number(seconds, 0) ?? 0) * 1000);
  return { do: 'seek', to: at.toISOString().replace('Z', '+00:00') };
}
