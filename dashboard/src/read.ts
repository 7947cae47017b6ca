/** Readers of what may be anything: each returns the value if it is what it should be, else null. */

export type Json = Record<string, unknown>;
export type Place = readonly [lon: number, lat: number];

/** What should be a `T` of the contract: its members may be anything, but no others are asked for. */
export type Loose<T> = { readonly [Name in keyof T]?: unknown };

const LARGEST = 65_536;
const DEEPEST = 24;
const MOMENT =
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?([+-])(\d\d):(\d\d)$/;

/** The object that a payload holds; null if it is none, is too long, or is nested too deep. */
export function parsed(payload: string, largest = LARGEST): Json | null {
  if (payload.length > largest) return null;
  try {
    const value: unknown = JSON.parse(payload);
    return isRecord(value) && !deeper(value, DEEPEST) ? value : null;
  } catch {
    return null;
  }
}

function deeper(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return most === 0 || Object.values(value).some((inner) => deeper(inner, most - 1));
}

export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function record(value: unknown): Json {
  return isRecord(value) ? value : {};
}

export function list(value: unknown, most = 100): unknown[] {
  return Array.isArray(value) ? value.slice(0, most) : [];
}

/** A text without control and direction characters, cut to a length. */
export function text(value: unknown, most = 200): string | null {
  if (typeof value !== 'string' || value === '') return null;
  const plain = value.replace(/[\p{Cc}\p{Cf}]/gu, ' ').trim();
  return plain.length > most ? `${plain.slice(0, most - 1)}…` : plain || null;
}

export function number(value: unknown, least = -1e12, most = 1e12): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= least && value <= most
    ? value
    : null;
}

/** Milliseconds since 1970 of an RFC 3339 time with a numeric offset. */
export function moment(value: unknown): number | null {
  if (typeof value !== 'string' || value.length > 40 || !MOMENT.test(value)) return null;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : at;
}

/** The offset of an RFC 3339 time from UTC, in minutes. */
export function offset(value: unknown): number | null {
  const found = typeof value === 'string' && value.length <= 40 ? MOMENT.exec(value) : null;
  if (!found) return null;
  const minutes = Number(found[3]) * 60 + Number(found[4]);
  return found[2] === '-' ? -minutes : minutes;
}

/** The position of a GeoJSON Point on Earth. */
export function place(value: unknown): Place | null {
  const at = isRecord(value) ? value.coordinates : null;
  return position(at);
}

export function position(value: unknown): Place | null {
  if (!Array.isArray(value)) return null;
  const lon = number(value[0], -180, 180);
  const lat = number(value[1], -90, 90);
  return lon === null || lat === null ? null : [lon, lat];
}

/** What is written in several languages: the one asked for, English, or any. */
export function spoken(value: unknown, language: string): string | null {
  if (typeof value === 'string') return text(value, 2000);
  const by = record(value);
  return text(by[language], 2000) ?? text(by.en, 2000) ?? text(Object.values(by)[0], 2000);
}
