/**
 * Where a point is, in words: so many kilometres in a direction from a place that people know.
 * The places are towns and islands at whole tenths of a degree, enough for such words.
 */
import type { Place } from './read';
import { SPOTS } from './words/terms';

export interface Spot {
  readonly en: string;
  readonly ja: string;
  readonly ko: string;
  readonly at: Place;
}

export interface Bearing {
  readonly spot: Spot;
  readonly km: number;
  /** 0 north, 1 north-east … 7 north-west */
  readonly direction: number;
}

const RADIUS_KM = 6371;
const RADIANS = Math.PI / 180;

export function distanceKm([lon1, lat1]: Place, [lon2, lat2]: Place): number {
  const half = (value: number): number => Math.sin((value * RADIANS) / 2) ** 2;
  const chord =
    half(lat2 - lat1) + Math.cos(lat1 * RADIANS) * Math.cos(lat2 * RADIANS) * half(lon2 - lon1);
  return 2 * RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(chord)));
}

export function bearingDeg([lon1, lat1]: Place, [lon2, lat2]: Place): number {
  const turn = (lon2 - lon1) * RADIANS;
  const [from, to] = [lat1 * RADIANS, lat2 * RADIANS];
  const east = Math.sin(turn) * Math.cos(to);
  const north = Math.cos(from) * Math.sin(to) - Math.sin(from) * Math.cos(to) * Math.cos(turn);
  return ((Math.atan2(east, north) / RADIANS) + 360) % 360;
}

/** The point at a distance and bearing from another. */
export function reached([lon, lat]: Place, km: number, bearing: number): Place {
  const way = km / RADIUS_KM;
  const [from, course] = [lat * RADIANS, bearing * RADIANS];
  const to = Math.asin(
    Math.sin(from) * Math.cos(way) + Math.cos(from) * Math.sin(way) * Math.cos(course),
  );
  const turn = Math.atan2(
    Math.sin(course) * Math.sin(way) * Math.cos(from),
    Math.cos(way) - Math.sin(from) * Math.sin(to),
  );
  return [lon + turn / RADIANS, to / RADIANS];
}

/** The place that people know that is nearest to a point, and how the point lies from it. */
export function nearest(at: Place): Bearing {
  const [found, km] = SPOTS.map((each): [Spot, number] => [each, distanceKm(each.at, at)]).reduce(
    (best, each) => (each[1] < best[1] ? each : best),
  );
  return { spot: found, km, direction: Math.round(bearingDeg(found.at, at) / 45) % 8 };
}
