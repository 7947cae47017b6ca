/** A message of a country's feed or of its present picture, as it passed the door. */
import type { Envelope as Wire } from './contract';
import { isRecord, list, moment, parsed, record, text, type Json, type Loose } from './read';

export type Act = 'alert' | 'update' | 'cancel' | 'all-clear';

/** How a country first came to hear of an event from one originator, as a retained picture says it. */
export interface Heard {
  readonly originator: string;
  readonly since: number;
  /** the moment that its newest word is of */
  readonly time: number | null;
  readonly path: string;
  readonly arrangement: string;
  readonly releasable: readonly string[];
}

export interface Envelope {
  readonly message: string;
  readonly originator: string;
  readonly kind: string;
  readonly act: Act;
  readonly event: string;
  /** scenario time at the originator, milliseconds since 1970 */
  readonly time: number;
  /** scenario time at the recipient */
  readonly due: number;
  /** wall time of publishing */
  readonly sent: number | null;
  readonly expires: number | null;
  readonly run: string;
  readonly epoch: number;
  readonly sequence: number;
  readonly recipient: string;
  readonly releasable: readonly string[];
  readonly path: string;
  readonly arrangement: string;
  readonly late: boolean;
  readonly references: readonly string[];
  readonly heard: readonly Heard[];
  readonly data: Json;
}

const TYPE = /^exercise\.([a-z]{1,20})\.(alert|update|cancel|all-clear)\.v1$/;
const SOURCE = /^\/exercise\/([a-z0-9-]{1,100})\/([a-z]{3})$/;
const SLUG = /^[a-z0-9-]{1,100}$/;
const RUN = /^[a-z0-9-]{1,64}$/;
const COUNTRY = /^[A-Z]{3}$/;

/** The envelope in a payload; null if it is none, or is not marked as an exercise. */
export function envelope(payload: string): Envelope | null {
  const raw: Loose<Wire & { heard: unknown }> | null = parsed(payload);
  if (!raw || raw.specversion !== '1.0' || raw.status !== 'Exercise') return null;
  const type = TYPE.exec(string(raw.type));
  const source = SOURCE.exec(string(raw.source));
  const [time, due] = [moment(raw.time), moment(raw.due)];
  const event = string(raw.subject);
  const run = string(raw.run);
  const sequence = string(raw.sequence);
  const recipient = string(raw.recipient);
  const message = text(raw.message);
  if (!type || !source || time === null || due === null || message === null) return null;
  if (!SLUG.test(event) || !RUN.test(run) || !COUNTRY.test(recipient)) return null;
  if (!/^\d{1,15}$/.test(sequence) || !isEpoch(raw.epoch) || !isRecord(raw.data)) return null;
  return {
    message,
    originator: source[2]!.toUpperCase(),
    kind: type[1]!,
    act: type[2] as Act,
    event,
    time,
    due,
    sent: moment(raw.sent),
    expires: moment(raw.expires),
    run,
    epoch: raw.epoch,
    sequence: Number(sequence),
    recipient,
    releasable: released(raw.releasableto),
    path: text(raw.path) ?? '',
    arrangement: text(raw.arrangement) ?? '',
    late: raw.late === true,
    references: string(raw.references).split(' ').filter(Boolean).slice(0, 100),
    heard: list(raw.heard, 30).flatMap((each) => heard(record(each))),
    data: raw.data,
  };
}

function heard(raw: Json): Heard[] {
  const [originator, since] = [string(raw.originator), moment(raw.since)];
  if (!COUNTRY.test(originator) || since === null) return [];
  const [path, arrangement] = [text(raw.path) ?? '', text(raw.arrangement) ?? ''];
  return [{ originator, since, time: moment(raw.time), path, arrangement, releasable: released(raw.releasableto) }];
}

function released(value: unknown): string[] {
  return string(value).split(', ').filter((code) => COUNTRY.test(code));
}

export function isRun(value: unknown): value is string {
  return typeof value === 'string' && RUN.test(value);
}

export function isEpoch(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 1e9;
}

function string(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 4000) : '';
}
