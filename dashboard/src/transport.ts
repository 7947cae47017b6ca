/** What an operator may ask of the player in which state, and what has been asked.  Pure. */
import type { State } from './clock';
import { number, parsed, text, type Json } from './read';

export type Ask =
  | { readonly do: 'play' | 'pause' | 'step' | 'next' | 'status' }
  | { readonly do: 'rate'; readonly rate: number | 'max' }
  /** to a moment of the story, RFC 3339, or to an event */
  | { readonly do: 'seek'; readonly to: string }
  | { readonly do: 'hold' | 'skip' | 'fire'; readonly target: string }
  | { readonly do: 'until'; readonly to?: string }
  | { readonly do: 'loop'; readonly begin?: string; readonly end?: string }
  | { readonly do: 'inject'; readonly events: readonly Json[]; readonly at?: string }
  | { readonly do: 'heal'; readonly names: readonly string[] };

export interface Pending {
  readonly id: string;
  readonly ask: Ask;
  readonly since: number;
}

export interface Answer {
  readonly id: string;
  readonly error: string | null;
  readonly status: Json | null;
}

export const RATES: readonly (number | 'max')[] = [1, 10, 60, 600, 'max'];
export const DEADLINE_MS = 5_000;
/** The largest answer a broker of feed's own lets through. */
const LARGEST = 262_144;

const CHANGES = ['inject', 'hold', 'skip', 'fire', 'until', 'loop', 'heal'] as const;
const MOVES = ['rate', 'seek', 'next', ...CHANGES] as const;
const ALLOWED: Record<State | 'gone', readonly Ask['do'][]> = {
  loaded: ['play', 'step', 'status', ...MOVES],
  playing: ['pause', 'status', ...MOVES],
  paused: ['play', 'step', 'status', ...MOVES],
  ended: ['seek', 'status'],
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
  const raw = parsed(payload, LARGEST);
  const id = text(raw?.id, 80);
  if (!raw || id === null) return null;
  const status = raw.status as Json | undefined;
  return {
    id,
    error: text(raw.error, 400),
    status: typeof status === 'object' && !Array.isArray(status) ? status : null,
  };
}

/** A position on the time line, in seconds from its begin, as what is asked. */
export function seek(begins: number, seconds: number): Ask {
  return { do: 'seek', to: stamp(begins + (number(seconds, 0) ?? 0) * 1000) };
}

/** A moment as it is asked for: RFC 3339. */
export function stamp(at: number): string {
  return new Date(at).toISOString().replace('Z', '+00:00');
}
