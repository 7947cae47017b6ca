/** What the map draws: a pure function of the situation.  Look is in the properties, not the code. */
import type { Feature, FeatureCollection, Geometry } from 'geojson';
import { onLand, type Land } from '../land';
import type { Launch, Position } from '../launches';
import { look } from '../palette';
import { reached } from '../places';
import type { Vertex } from '../picture';
import type { Place } from '../read';
import type { Situation } from '../situation';

export interface Drawn {
  /** change at every report */
  readonly heads: FeatureCollection;
  /** change at most once a second */
  readonly tails: FeatureCollection;
  readonly areas: FeatureCollection;
}

const RADIUS_M = 6_371_000;
const MOST_AHEAD_S = 20;
const MOST_ALERTS = 200;
const MOST_LARGE = 3;

export function drawn(seen: Situation, land: Land, moving: boolean): Drawn {
  const launches = [...seen.launches, ...seen.past.slice(0, seen.launches.length > 0 ? 0 : 3)];
  return {
    heads: collection(launches.flatMap((each) => headsOf(each, moving, launches.length > MOST_LARGE))),
    tails: collection(launches.flatMap((each) => tailsOf(each, seen.codes))),
    areas: collection(namedOnce([
      ...launches.flatMap((each) => impactOf(each, land)),
      ...launches.flatMap(siteOf),
      ...seen.alerts.filter((alert) => alert.on).slice(0, MOST_ALERTS).flatMap((alert) =>
        alert.areas.flatMap(({ name, at }) =>
          at ? [feature('Point', at, { what: 'alert', label: name })] : [],
        ),
      ),
    ])),
  };
}

/** The same, each name once: of one site or area is often told twice, and once is written. */
function namedOnce(features: Feature[]): Feature[] {
  const said = new Set<unknown>();
  return features.map((each) => {
    const { label, ...rest } = each.properties ?? {};
    const again = said.has(label);
    if (label !== undefined) said.add(label);
    return again ? { ...each, properties: rest } : each;
  });
}

function headsOf(launch: Launch, moving: boolean, small: boolean): Feature[] {
  const { position, active } = launch;
  if (!position) return [];
  const at = moving && active ? ahead(position) : position.place;
  return [feature('Point', at, { what: 'head', fresh: position.fresh && active, small, event: launch.event })];
}

/** Where an object is by now if it flew on as it was seen, for as long as that is believable. */
function ahead({ place, course, age, altitude_m, fresh }: Position): Place {
  const seconds = Math.min(age / 1000, MOST_AHEAD_S);
  if (!course || !fresh || seconds <= 0) return place;
  const speed = Math.hypot(course.east, course.north);
  const bearing = (Math.atan2(course.east, course.north) * 180) / Math.PI;
  const ground = speed * (RADIUS_M / (RADIUS_M + Math.max(altitude_m, 0)));
  return reached(place, (ground * seconds) / 1000, bearing);
}

function tailsOf(launch: Launch, codes: readonly string[]): Feature[] {
  return launch.tracks.flatMap(({ originator, vertices }) => {
    const line = unwrapped(vertices);
    if (line.length < 2) return [];
    const { colour } = look(originator, codes);
    return [feature('LineString', line, { what: 'track', colour, active: launch.active })];
  });
}

function impactOf(launch: Launch, land: Land): Feature[] {
  const { impact } = launch;
  if (!impact) return [];
  const danger = launch.active && !impact.observed && onLand(impact.place, land);
  const properties = { what: 'impact', observed: impact.observed, danger, active: launch.active };
  const circle = ring(impact.place, Math.max(impact.radius_m, 1000) / 1000);
  return [
    feature('Polygon', [circle], properties),
    feature('Point', impact.place, { ...properties, what: 'target' }),
  ];
}

function siteOf(launch: Launch): Feature[] {
  if (!launch.site) return [];
  return [feature('Point', launch.site, { what: 'site', label: launch.siteName ?? '' })];
}

/** A circle on the ground; its longitudes run on across the antimeridian. */
export function ring(center: Place, km: number, corners = 48): Place[] {
  const points = Array.from({ length: corners + 1 }, (_, index) =>
    reached(center, km, (360 * index) / corners),
  );
  return joined(points);
}

/** A line whose longitudes run on where it crosses the antimeridian. */
export function unwrapped(vertices: readonly Vertex[]): Place[] {
  return joined(vertices.map(({ place }) => place));
}

function joined(points: readonly Place[]): Place[] {
  let before: number | null = null;
  return points.map(([lon, lat]): Place => {
    const turn: number = before === null ? 0 : Math.round((before - lon) / 360) * 360;
    before = lon + turn;
    return [before, lat];
  });
}

function feature(type: Geometry['type'], coordinates: unknown, properties: object): Feature {
  return { type: 'Feature', geometry: { type, coordinates } as Geometry, properties };
}

function collection(features: Feature[]): FeatureCollection {
  return { type: 'FeatureCollection', features };
}
