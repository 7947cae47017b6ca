/** The log: one row a report, whoever got it in time; bounded, oldest first. */
import type { Act, Envelope, Heard } from './envelope';
import type { Json } from './read';

export interface Got {
  readonly country: string;
  readonly due: number;
  readonly path: string;
  readonly late: boolean;
}

export interface Row {
  /** its place in the log, never given twice */
  readonly id: string;
  readonly key: string;
  readonly kind: string;
  readonly act: Act;
  readonly event: string;
  readonly originator: string;
  readonly time: number;
  /** when the first of its recipients got it */
  readonly due: number;
  readonly data: Json;
  readonly got: readonly Got[];
}

const MOST = 500;
const MOST_POSITIONS = 150;
const RECENT = 200;
/** Whoever gets a report so much later than the first gets a row of their own. */
const LATER_MS = 60_000;
/** Of these there are so many that they would drive out the rest. */
export const POSITIONS: ReadonlySet<string> = new Set(['track', 'impact']);

/** Return the log with what a retained picture says was heard before this page listened. */
export function stood(log: readonly Row[], message: Envelope, heard: Heard): readonly Row[] {
  const { event, kind, data } = message;
  const got: Got = { country: message.recipient, due: heard.since, path: heard.path, late: false };
  const key = `${event}.${heard.originator.toLowerCase()}.1`;
  const index = log.findIndex((row) => row.key === key);
  if (index < 0) {
    const before = log.findIndex((row) => row.due > heard.since);
    const place = before < 0 ? log.length : before;
    const row = { key, kind, act: 'alert' as const, event, originator: heard.originator, data };
    const added: Row = { ...row, id: `${key} stood`, time: got.due, due: got.due, got: [got] };
    return [...log.slice(0, place), added, ...log.slice(place)].slice(-MOST);
  }
  const row = log[index]!;
  if (row.got.some((each) => each.country === got.country)) return log;
  const due = Math.min(row.due, got.due);
  return log.with(index, { ...row, time: Math.min(row.time, due), due, got: [...row.got, got] });
}

/** Return the log with a message in it. */
export function rowed(log: readonly Row[], message: Envelope): readonly Row[] {
  const got: Got = {
    country: message.recipient,
    due: message.due,
    path: message.path,
    late: message.late,
  };
  for (let index = log.length - 1; index >= Math.max(log.length - RECENT, 0); index--) {
    const row = log[index]!;
    if (row.key !== message.message || got.due - row.due > LATER_MS) continue;
    if (row.got.some((each) => each.country === got.country)) return log;
    return log.with(index, { ...row, got: [...row.got, got] });
  }
  const { message: key, kind, act, event, originator, time, due, data } = message;
  const id = `${key} ${got.country} ${message.sequence}`;
  const rows = [...log, { id, key, kind, act, event, originator, time, due, data, got: [got] }];
  const positions = rows.filter((row) => POSITIONS.has(row.kind));
  const surplus = POSITIONS.has(kind)
    ? positions.length > MOST_POSITIONS && positions[0]
    : rows.length - positions.length > MOST && rows.find((row) => !POSITIONS.has(row.kind));
  return surplus ? rows.filter((row) => row !== surplus) : rows;
}
