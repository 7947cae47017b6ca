/** Events that an operator adds: from a small form, or as JSON that somebody wrote.  Pure. */
import { isRecord, type Json } from './read';

export type Kind = 'alert' | 'incident' | 'statement';
export const KINDS: readonly Kind[] = ['alert', 'incident', 'statement'];

export interface Form {
  readonly kind: Kind;
  readonly country: string;
  readonly text: string;
  /** an alert's areas, separated by commas */
  readonly areas: string;
}

/** Events that were read, or why they cannot be: a key of the words. */
export type Reading = { readonly events: readonly Json[] } | { readonly problem: 'json' | 'events' | 'long' };

/** What a request may have at most is a little more; the player checks everything else. */
const LONGEST = 28_000;
const MOST = 100;

/** The event of a form, with an id of its own. */
export function written(form: Form, id: string, language: string): Json {
  const text = { [language]: form.text.trim() };
  switch (form.kind) {
    case 'alert':
      return {
        alert: id,
        issuer: { country: form.country, authority: `Exercise control, ${form.country}`, channel: 'Exercise control' },
        areas: form.areas.split(/[,、]/).map((area) => area.trim()).filter(Boolean),
        text,
      };
    case 'incident':
      return { incident: id, category: 'other', originator: form.country, title: text };
    default:
      return { statement: id, speaker: `Exercise control, ${form.country}`, country: form.country, text };
  }
}

/** The events in a text: one of them, a list, or a scenario's `events`. */
export function reading(text: string): Reading {
  if (new TextEncoder().encode(text).length > LONGEST) return { problem: 'long' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: 'json' };
  }
  const found = isRecord(value) && Array.isArray(value.events) ? value.events : value;
  const events = Array.isArray(found) ? found : [found];
  return events.length > 0 && events.length <= MOST && events.every(isRecord) ? { events } : { problem: 'events' };
}
