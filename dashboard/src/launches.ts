/** One launch as several countries know it: where it is, where it comes down, who knows what. */
import type { ImpactData, TrackData } from './contract';
import type { Known, Report, Shown, Vertex } from './picture';
import { moment, number, place, record, text, type Json, type Loose, type Place } from './read';

export type Freshness = 'fresh' | 'stale' | 'late';
export type Phase = 'detected' | 'tracked' | 'down' | 'lost' | 'passed' | 'in-orbit';

export interface Position {
  readonly originator: string;
  readonly at: number;
  readonly age: number;
  readonly fresh: boolean;
  readonly place: Place;
  readonly altitude_m: number;
  readonly speed_m_s: number | null;
  readonly course: { readonly east: number; readonly north: number } | null;
  readonly phase: string | null;
  readonly error_m: number | null;
}

export interface Impact {
  readonly originator: string;
  readonly observed: boolean;
  readonly place: Place;
  readonly radius_m: number;
  readonly at: number;
  readonly left: number;
  readonly uncertainty_s: number | null;
}

export interface Source {
  readonly originator: string;
  readonly since: number | null;
  readonly path: readonly string[];
  readonly own: boolean;
  readonly late: boolean;
  /** since it was measured, of the newest position or word; milliseconds */
  readonly age: number | null;
  readonly freshness: Freshness;
  readonly has: readonly string[];
}

/** What a country lacks that another one has, and why. */
export interface Lack {
  readonly originator: string;
  readonly why: 'not-yet' | 'not-released' | 'unknown';
}

export interface Knower {
  readonly code: string;
  readonly knows: boolean;
  readonly since: number | null;
  readonly sources: readonly Source[];
  readonly lacks: readonly Lack[];
  readonly over: boolean;
}

export interface Track {
  readonly country: string;
  readonly originator: string;
  readonly vertices: readonly Vertex[];
}

export interface Launch {
  readonly event: string;
  readonly active: boolean;
  readonly launched: number;
  readonly data: Json;
  readonly site: Place | null;
  readonly siteName: string | null;
  readonly phase: Phase;
  readonly position: Position | null;
  readonly impact: Impact | null;
  readonly tracks: readonly Track[];
  readonly knowers: readonly Knower[];
}

/** How long a word without an age of its own counts as fresh. */
const LIFE_MS = 30_000;
/** The same of an originator that tells no position. */
const WORD_MS = 60_000;
/** A word that was longer under way tells of the past, unless an impact is still ahead. */
const LATE_MS = 300_000;
/** How long after its predicted impact a launch that nobody sees any longer is still in the air. */
const GRACE_MS = 120_000;

type Held = readonly (readonly [string, Shown | undefined])[];

export function launchOf(event: string, pictures: Held, now: number): Launch {
  const held = pictures.filter((each): each is [string, Shown] => each[1] !== undefined);
  const reports = held.flatMap(([, shown]) => [...shown.reports.values()]);
  const own = newest(reports.filter((report) => report.kind === 'launch'));
  const positions = reports.flatMap((report) => positionOf(report, now));
  const position = positions.sort(byFreshness)[0] ?? null;
  const impact = impactOf(reports, position?.originator ?? null, now);
  const data = own?.data ?? {};
  const state = stateOf(reports);
  const dead = impact !== null && impact.left < -GRACE_MS && !position?.fresh;
  const ahead = impact !== null && !impact.observed && impact.left >= 0;
  const standing = held.filter(
    ([, { over, known }]) =>
      !over && (known.size === 0 || [...known.values()].some((each) => !isLate(each, ahead))),
  );
  const active = standing.length > 0 && !dead;
  return {
    event,
    active,
    launched: Math.min(...held.map(([, shown]) => shown.first)),
    data,
    site: place(record(data.site).point),
    siteName: text(record(data.site).name, 80),
    phase: phaseOf(state, position, impact, active),
    position,
    impact,
    tracks: tracksOf(held),
    knowers: pictures.map(([code, shown]) => knowerOf(code, shown, held, { now, dead, ahead })),
  };
}

function isLate(known: Known, ahead: boolean): boolean {
  return known.late || (!ahead && (known.underWay ?? 0) > LATE_MS);
}

function newest(reports: readonly Report[]): Report | null {
  return reports.reduce<Report | null>((last, each) => (!last || each.time > last.time ? each : last), null);
}

function stateOf(reports: readonly Report[]): string {
  const states = reports.filter((each) => each.kind === 'launch').map((each) => each.data.state);
  // One originator may have lost what another one still sees.
  for (const state of ['down', 'in-orbit', 'tracked', 'detected', 'lost']) {
    if (states.includes(state)) return state;
  }
  return 'detected';
}

function phaseOf(state: string, position: Position | null, impact: Impact | null, active: boolean): Phase {
  if (state === 'down' || impact?.observed) return 'down';
  if (state === 'in-orbit') return 'in-orbit';
  if (!active) return impact && impact.left < 0 ? 'passed' : 'lost';
  if (state === 'lost') return 'lost';
  if (position) return position.fresh ? 'tracked' : 'lost';
  return 'detected';
}

function positionOf(report: Report, now: number): Position[] {
  const data: Loose<TrackData> = report.data;
  const at = report.kind === 'track' ? place(data.position) : null;
  if (!at) return [];
  const velocity = record(data.velocity);
  const [east, north, up] = ['east_m_s', 'north_m_s', 'up_m_s'].map((name) =>
    number(velocity[name], -3e5, 3e5),
  );
  const level = east !== null && north !== null && east !== undefined && north !== undefined;
  const age = Math.max(now - report.time, 0);
  return [
    {
      originator: report.originator,
      at: report.time,
      age,
      fresh: age <= (report.life ?? LIFE_MS),
      place: at,
      altitude_m: number(data.altitude_m, -1e3, 1e9) ?? 0,
      speed_m_s: level ? Math.hypot(east, north, up ?? 0) : null,
      course: level ? { east, north } : null,
      phase: text(data.phase, 20),
      error_m: number(record(data.quality).error_m, 0, 1e7),
    },
  ];
}

/** The last that was measured first, the surest of one moment before the others. */
function byFreshness(one: Position, other: Position): number {
  return other.at - one.at || spread(one.error_m) - spread(other.error_m) || byName(one, other);
}

function spread(metres: number | null): number {
  return metres ?? Number.MAX_VALUE;
}

function byName(one: { readonly originator: string }, other: { readonly originator: string }): number {
  return one.originator < other.originator ? -1 : 1;
}

/** The prediction to go by: an observed one, else that of who saw the object last, else the surest. */
function impactOf(reports: readonly Report[], originator: string | null, now: number): Impact | null {
  const all = reports.flatMap((report): Impact[] => {
    const data: Loose<ImpactData> = report.data;
    const at = report.kind === 'impact' ? moment(data.time) : null;
    const where = place(data.point);
    if (at === null || !where) return [];
    return [
      {
        originator: report.originator,
        observed: data.state === 'observed',
        place: where,
        radius_m: number(record(data.area).radius_m, 0, 2e7) ?? 0,
        at,
        left: at - now,
        uncertainty_s: number(data.uncertainty_s, 0, 1e6),
      },
    ];
  });
  const rank = (each: Impact): number => (each.observed ? 0 : each.originator === originator ? 1 : 2);
  all.sort((one, other) => rank(one) - rank(other) || one.radius_m - other.radius_m || byName(one, other));
  return all[0] ?? null;
}

function tracksOf(held: readonly (readonly [string, Shown])[]): Track[] {
  // The same originator's track reaches several countries; the longest one says most.
  const best = new Map<string, Track>();
  for (const [country, shown] of held) {
    for (const [originator, vertices] of shown.tracks) {
      const before = best.get(originator);
      if (!before || vertices.length > before.vertices.length) {
        best.set(originator, { country, originator, vertices });
      }
    }
  }
  return [...best.values()];
}

function knowerOf(
  code: string,
  shown: Shown | undefined,
  held: readonly (readonly [string, Shown])[],
  { now, dead, ahead }: { readonly now: number; readonly dead: boolean; readonly ahead: boolean },
): Knower {
  const sources = [...(shown?.known ?? [])].map(([originator, known]): Source => {
    const said = [...(shown?.reports.values() ?? [])].filter((each) => each.originator === originator);
    const track = said.find((each) => each.kind === 'track');
    const word = track ?? newest(said);
    const age = word ? Math.max(now - word.time, 0) : null;
    const late = isLate(known, ahead);
    const stale = age === null || age > (track ? (track.life ?? LIFE_MS) : WORD_MS);
    return {
      originator,
      since: known.since,
      path: known.path.split('>').filter(Boolean),
      own: originator === code,
      late,
      age,
      freshness: late ? 'late' : stale || dead ? 'stale' : 'fresh',
      has: said.map((each) => each.kind),
    };
  });
  const first = sources.map((each) => each.since).filter((each) => each !== null);
  const elsewhere = new Map(held.flatMap(([, each]) => [...each.known]));
  const lacks = [...elsewhere].flatMap(([originator, known]): Lack[] => {
    if (originator === code || shown?.known.has(originator)) return [];
    if (known.releasable.length === 0) return [{ originator, why: 'unknown' }];
    return [{ originator, why: known.releasable.includes(code) ? 'not-yet' : 'not-released' }];
  });
  return {
    code,
    knows: sources.length > 0,
    since: first.length > 0 && first.length === sources.length ? Math.min(...first) : null,
    sources: sources.sort((one, other) => Number(other.own) - Number(one.own)),
    lacks,
    over: shown?.over != null,
  };
}
