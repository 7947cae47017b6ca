/**
 * What one country has to take as true, folded from what it received.  Pure: every function returns
 * a new picture and leaves the old one as it was.
 *
 * Each originator's word has a life of its own within an event: what one of them ends, the others
 * still report.  What comes about an event that was already over here is kept as late, and never
 * makes it active again.
 */
import type { Act, Envelope } from './envelope';
import { list, moment, number, place, position, record, text, type Json, type Place } from './read';

export interface Vertex {
  readonly at: number;
  readonly place: Place;
  readonly altitude: number;
}

export interface Report {
  readonly originator: string;
  readonly kind: string;
  readonly key: string;
  readonly time: number;
  /** how long it is fresh, milliseconds; null: it does not age */
  readonly life: number | null;
  readonly expires: number | null;
  readonly data: Json;
}

/** How a country came to hear of an event from one originator. */
export interface Known {
  /** scenario time; null: it stood already when this page began to listen */
  readonly since: number | null;
  readonly path: string;
  readonly arrangement: string;
  readonly releasable: readonly string[];
  readonly late: boolean;
  /** how long its newest word was under way when this page began to listen, milliseconds */
  readonly underWay?: number;
}

export interface Step {
  readonly time: number;
  readonly act: Act;
  readonly reason: string | null;
  readonly data: Json;
}

export interface Shown {
  readonly kind: string;
  readonly event: string;
  readonly reports: ReadonlyMap<string, Report>;
  readonly known: ReadonlyMap<string, Known>;
  readonly tracks: ReadonlyMap<string, readonly Vertex[]>;
  readonly history: readonly Step[];
  readonly first: number;
  /** how and when it ended here; null while it lasts */
  readonly over: Step | null;
}

export interface Picture {
  readonly shown: ReadonlyMap<string, Shown>;
  /** what stood before the connection was lost; it counts again when it is heard of again */
  readonly remembered: ReadonlyMap<string, Shown>;
  /** by event and originator: the moment up to which nothing said counts any longer */
  readonly ended: ReadonlyMap<string, number>;
  /** cancels and all-clears that ended nothing that was known here */
  readonly unmatched: number;
}

export const EMPTY: Picture = {
  shown: new Map(),
  remembered: new Map(),
  ended: new Map(),
  unmatched: 0,
};

// Maps, because a kind may be named as something that every object has.
const LASTING = new Map(Object.entries({
  launch: 'launch', track: 'launch', impact: 'launch', alert: 'alert', meeting: 'meeting', agreement: 'agreement',
}));
const OVER = new Map(Object.entries({ meeting: ['held', 'cancelled', 'not-held'], agreement: ['ended'] }));
const LONGEST_TRACK = 200;
const LONGEST_HISTORY = 20;
const MOST_EVENTS = 200;
const MOST_ENDED = 1000;

/** Fold a message of the feed in. */
export function fold(picture: Picture, message: Envelope): Picture {
  const kind = LASTING.get(message.kind);
  if (kind === undefined) return picture;
  const key = `${kind}/${message.event}`;
  if (message.act === 'cancel' || message.act === 'all-clear') return end(picture, key, message);
  const before = picture.shown.get(key) ?? picture.remembered.get(key) ?? fresh(kind, message);
  const endedAt = picture.ended.get(`${key}/${message.originator}`);
  const slot = `${message.originator}/${message.kind}`;
  const said = report(message);
  const late = before.over !== null && message.time <= before.over.time;
  const last = before.over ? undefined : before.reports.get(slot);
  if ((endedAt !== undefined && message.time < endedAt) || (last && said.time < last.time)) {
    return picture;
  }
  const reports = new Map(before.over && !late ? [] : before.reports);
  for (const [each, { kind: of, key: named }] of late ? [] : [...reports]) {
    // A retained launch names one message for all that its originator said.
    if (of === message.kind && message.references.includes(named)) reports.delete(each);
  }
  const closes = OVER.get(message.kind)?.includes(text(message.data.state) ?? '') ?? false;
  if (!late) reports.set(slot, said);
  const step = stepOf(message);
  const shown: Shown = {
    ...before,
    reports,
    known: learned(before.known, message, late),
    tracks: message.kind === 'track' && !late ? longer(before.tracks, message) : before.tracks,
    history: message.kind === kind && !late ? added(before.history, step) : before.history,
    over: closes ? step : late ? before.over : null,
  };
  return put(picture, key, shown);
}

/** Take the retained picture of one event as it stands; `null` takes it out. */
export function snapshot(picture: Picture, key: string, message: Envelope | null): Picture {
  const before = picture.shown.get(key) ?? picture.remembered.get(key);
  if (message === null) {
    // What this page saw ending is kept with its reason; what it never saw is gone.
    if (!before || before.over) return picture;
    const shown = new Map(picture.shown);
    shown.delete(key);
    return { ...picture, shown };
  }
  if (before?.over && message.time <= before.over.time) return picture;
  const kind = key.split('/')[0]!;
  const shown = before && !before.over ? before : fresh(kind, message);
  return put(picture, key, kind === 'launch' ? joined(shown, message) : stated(shown, message));
}

/** The picture without what lasted: nobody knows what was said of it while nothing was heard. */
export function remembering(picture: Picture): Picture {
  const all = [...picture.remembered, ...picture.shown];
  return {
    ...picture,
    shown: new Map(all.filter(([, each]) => each.over)),
    remembered: new Map(all.filter(([, each]) => !each.over)),
  };
}

/** Take where an event was seen before this page began to listen, from its retained Feature. */
export function traced(picture: Picture, event: string, feature: Json): Picture {
  const key = `launch/${event}`;
  const before = picture.shown.get(key);
  if (!before) return picture;
  const told = seenIn(feature);
  const tracks = new Map(before.tracks);
  for (const [originator, line] of told) {
    // What the feed brought since says more than the same part of a thinned line.
    const own = tracks.get(originator) ?? [];
    if (own.length > 0 && line.length > 0 && own[0]!.at <= line[0]!.at) continue;
    const began = own[0]?.at ?? Infinity;
    tracks.set(originator, [...line.filter(({ at }) => at < began), ...own]);
  }
  return told.size > 0 ? put(picture, key, { ...before, tracks }) : picture;
}

/** The lines of a Feature by originator: its `lines` say whose each is, and when what was where. */
function seenIn(feature: Json): Map<string, Vertex[]> {
  const geometry = record(feature.geometry);
  const parts = geometry.type === 'GeometryCollection' ? list(geometry.geometries, 100) : [geometry];
  const found = new Map<string, Vertex[]>();
  list(record(feature.properties).lines, 50).map(record).forEach((line, index) => {
    const [originator, from, part] = [text(line.originator, 3), moment(line.from), record(parts[index])];
    if (!originator || !/^[A-Z]{3}$/.test(originator) || from === null) return;
    const places = part.type === 'LineString' ? list(part.coordinates, LONGEST_TRACK) : [part.coordinates];
    const seconds = list(line.seconds, LONGEST_TRACK);
    const track = found.get(originator) ?? [];
    places.forEach((each, vertex) => {
      const [at, after] = [position(each), number(seconds[vertex], 0, 1e9)];
      const altitude = Array.isArray(each) ? (number(each[2], -1e3, 1e9) ?? 0) : 0;
      if (at && after !== null) track.push({ at: from + after * 1000, place: at, altitude });
    });
    found.set(originator, track);
  });
  return found;
}

function end(picture: Picture, key: string, message: Envelope): Picture {
  const before = picture.shown.get(key);
  const named = new Set(message.references);
  const slots = [...(before?.reports ?? [])].filter(
    ([, report]) => named.has(report.key) || report.originator === message.originator,
  );
  const remaining = list(message.data.remaining);
  const step = stepOf(message);
  if (before && slots.length > 0 && remaining.length > 0) {
    const [slot, said] = slots.at(-1)!;
    const reports = new Map(before.reports);
    reports.set(slot, { ...said, key: message.message, data: { ...said.data, areas: remaining } });
    return put(picture, key, { ...before, reports, history: added(before.history, step) });
  }
  const ended = new Map(picture.ended);
  for (const originator of new Set([message.originator, ...slots.map(([, r]) => r.originator)])) {
    ended.delete(`${key}/${originator}`);
    ended.set(`${key}/${originator}`, message.time);
  }
  for (const oldest of ended.keys()) {
    if (ended.size <= MOST_ENDED) break;
    ended.delete(oldest);
  }
  if (!before || slots.length === 0) {
    return { ...picture, ended, unmatched: picture.unmatched + (before?.over ? 0 : 1) };
  }
  const reports = new Map(before.reports);
  for (const [slot] of slots) reports.delete(slot);
  const over = reports.size === 0 ? step : null;
  return put({ ...picture, ended }, key, {
    ...before,
    // The last word of an event that is over stays, for what is said of it in the past tense.
    reports: over ? before.reports : reports,
    history: added(before.history, step),
    over,
  });
}

function fresh(kind: string, message: Envelope): Shown {
  return {
    kind,
    event: message.event,
    reports: new Map(),
    known: new Map(),
    tracks: new Map(),
    history: [],
    first: moment(message.data.when) ?? message.time,
    over: null,
  };
}

/** A retained launch: every originator's last word at once. */
function joined(before: Shown, message: Envelope): Shown {
  const life = message.expires === null ? null : message.expires - message.time;
  const reports = new Map<string, Report>();
  const known = new Map<string, Known>();
  for (const each of list(message.data.reports, 30).map(record)) {
    const originator = text(each.originator, 3);
    if (!originator || !/^[A-Z]{3}$/.test(originator)) continue;
    const key = text(each.message) ?? '';
    const given = { originator, key, expires: null };
    const { reports: _, ...own } = message.data;
    const data = { ...own, state: each.state ?? 'detected' };
    const said = before.reports.get(`${originator}/launch`);
    const track = record(each.track);
    const impact = record(each.impact);
    const seen = moment(track.time);
    const told = message.heard.find((one) => one.originator === originator)?.time;
    const time = said?.time ?? told ?? seen ?? message.time;
    reports.set(`${originator}/launch`, { ...given, kind: 'launch', time, life: null, data });
    if (seen !== null && place(track.position)) {
      reports.set(`${originator}/track`, { ...given, kind: 'track', time: seen, life, data: track });
    }
    if (place(impact.point)) {
      const at = seen ?? told ?? message.time;
      reports.set(`${originator}/impact`, { ...given, kind: 'impact', time: at, life: null, data: impact });
    }
    known.set(originator, before.known.get(originator) ?? first(message, originator));
  }
  return { ...before, reports, known, first: moment(message.data.when) ?? before.first };
}

/** How a country came to hear of an event from an originator, as far as its retained picture says. */
function first({ heard, recipient }: Envelope, originator: string): Known {
  const said = heard.find((each) => each.originator === originator);
  if (said) {
    const { since, time, path, arrangement, releasable } = said;
    return { since, path, arrangement, releasable, late: false, underWay: time === null ? 0 : since - time };
  }
  const arrangement = originator === recipient ? 'own' : '';
  return { since: null, path: '', arrangement, releasable: [], late: false };
}

/** A retained picture of anything else: one report. */
function stated(before: Shown, message: Envelope): Shown {
  const slot = `${message.originator}/${message.kind}`;
  return {
    ...before,
    reports: new Map([[slot, report(message)]]),
    known: before.known.size > 0 ? before.known : new Map([[message.originator, first(message, message.originator)]]),
    history: before.history.length > 0 ? before.history : [stepOf(message)],
    // What is retained is the newest word; it says since when there was a first one.
    first: Math.min(before.first, ...message.heard.map(({ since }) => since)),
  };
}

function report(message: Envelope): Report {
  const { originator, kind, time, expires, data } = message;
  const seen = kind === 'track' ? (moment(data.time) ?? time) : time;
  const life = kind === 'track' && expires !== null ? expires - time : null;
  return { originator, kind, key: message.message, time: seen, life, expires, data };
}

function learned(
  known: ReadonlyMap<string, Known>,
  message: Envelope,
  late: boolean,
): ReadonlyMap<string, Known> {
  const before = known.get(message.originator);
  if (before && before.since !== null) return known;
  const { path, arrangement, releasable } = message;
  const since = before ? null : message.due;
  return new Map(known).set(message.originator, { since, path, arrangement, releasable, late });
}

function stepOf(message: Envelope): Step {
  const { time, act, data } = message;
  return { time, act, reason: text(data.reason, 60), data };
}

function added(history: readonly Step[], step: Step): readonly Step[] {
  return [...history, step].slice(-LONGEST_HISTORY);
}

function longer(
  tracks: ReadonlyMap<string, readonly Vertex[]>,
  message: Envelope,
): ReadonlyMap<string, readonly Vertex[]> {
  const at = place(message.data.position);
  if (!at) return tracks;
  const before = tracks.get(message.originator) ?? [];
  const altitude = number(message.data.altitude_m, -1e3, 1e9) ?? 0;
  const seen = moment(message.data.time) ?? message.time;
  let track = [...before.filter((each) => each.at !== seen), { at: seen, place: at, altitude }];
  track.sort((one, other) => one.at - other.at);
  if (track.length > LONGEST_TRACK) {
    // Every second vertex but the newest: an old track gets coarser, it never loses its start.
    track = track.filter((_, index) => index % 2 === 0 || index === track.length - 1);
  }
  return new Map(tracks).set(message.originator, track);
}

function put(picture: Picture, key: string, event: Shown): Picture {
  const shown = new Map(picture.shown).set(key, event);
  if (shown.size > MOST_EVENTS) {
    const [first] = [...shown].find(([, each]) => each.over) ?? [...shown][0]!;
    shown.delete(first);
  }
  return { ...picture, shown };
}
