/** What the player tells an operator of its run: what is planned, held, in the way, and who listens.  Pure. */
import type { Mark } from './situation';
import { list, moment, number, record, text, type Json } from './read';

export interface PlannedEvent {
  readonly event: string;
  readonly kind: string;
  readonly at: number;
  readonly data: Json;
  /** nothing of it goes out until it is fired */
  readonly held: boolean;
  /** what became of it already */
  readonly done: 'fired' | 'skipped' | null;
}

export interface Fault {
  readonly name: string;
  readonly kind: string;
  readonly hit: number;
  /** what else the player says of it, as it is written */
  readonly details: string;
}

export interface Reminder {
  readonly at: number;
  readonly text: string;
}

export interface Receiver {
  readonly country: string;
  readonly client: string;
  readonly online: boolean;
  readonly behind: number;
  readonly missing: number;
}

export interface Planned {
  readonly events: readonly PlannedEvent[];
  readonly held: readonly string[];
  readonly faults: readonly Fault[];
  readonly notes: readonly Reminder[];
  readonly receivers: readonly Receiver[];
  readonly next: { readonly message: string; readonly due: number } | null;
  readonly until: number | null;
  readonly loops: boolean;
}

const MOST = 200;
/** The key of a message, or the id of an event. */
const TARGET = /^[a-z0-9-]{1,150}(\.[a-z]{3}\.[0-9]{1,9})?$/;

export function planned(status: Json): Planned {
  const targets = (value: unknown): string[] => list(value, MOST).filter((each): each is string => isTarget(each));
  const held = targets(status.held);
  const done = { fired: targets(status.fired), skipped: targets(status.skipped) };
  const until = moment(status.until);
  const next = record(status.next);
  const due = moment(next.due);
  return {
    events: list(status.events, MOST).flatMap((each) => eventOf(record(each), held, done)),
    held,
    faults: list(status.faults).flatMap((each) => faultOf(record(each))),
    notes: list(record(status.staff).notes).flatMap((each) => reminderOf(record(each))),
    receivers: list(status.receivers).flatMap((each) => receiverOf(record(each))),
    next: due === null ? null : { message: text(next.message, 200) ?? '', due },
    until,
    loops: status.loop !== undefined && status.loop !== null,
  };
}

function isTarget(value: unknown): value is string {
  return typeof value === 'string' && TARGET.test(value);
}

function eventOf(raw: Json, held: readonly string[], done: Record<'fired' | 'skipped', readonly string[]>): PlannedEvent[] {
  const at = moment(raw.at);
  if (at === null || !isTarget(raw.event)) return [];
  const { event } = raw;
  return [{ event, kind: text(raw.kind, 20) ?? '', at, data: raw, held: held.includes(event), done: done.fired.includes(event) ? 'fired' : done.skipped.includes(event) ? 'skipped' : null }];
}

function faultOf(raw: Json): Fault[] {
  const name = text(raw.name, 64);
  if (name === null) return [];
  const { name: _, fault, hit, ...rest } = raw;
  const plain = (value: unknown): string =>
    Array.isArray(value) ? value.map(plain).join(', ') : typeof value === 'string' ? value : JSON.stringify(value);
  const details = Object.entries(rest).map(([key, value]) => `${key}: ${text(plain(value), 60)}`);
  return [{ name, kind: text(fault, 40) ?? name, hit: number(hit, 0) ?? 0, details: details.join(', ') }];
}

function reminderOf(raw: Json): Reminder[] {
  const at = moment(raw.at);
  const said = text(raw.note, 2000);
  return at === null || said === null ? [] : [{ at, text: said }];
}

function receiverOf(raw: Json): Receiver[] {
  const [country, client] = [text(raw.country, 3), text(raw.client, 80)];
  if (country === null || client === null) return [];
  const count = (value: unknown): number => number(value, 0) ?? 0;
  return [{ country, client, online: raw.online === true, behind: count(raw.behind), missing: count(raw.missing) }];
}

/** The marks of a time line, with the events that only an operator knows of. */
export function withPlanned(marks: readonly Mark[], events: readonly PlannedEvent[] = []): readonly Mark[] {
  const known = new Set(marks.map(({ event }) => event));
  const more = events.filter(({ event }) => !known.has(event));
  return [...marks, ...more].sort((one, other) => one.at - other.at);
}
