/** The altitudes to plot: bounded series on one time axis.  Pure. */
import type { Launch } from '../launches';
import type { Situation } from '../situation';

export interface Series {
  readonly event: string;
  readonly originator: string;
}

export interface Window {
  readonly series: readonly Series[];
  /** seconds since 1970, ascending */
  readonly times: readonly number[];
  /** kilometres, a row for each series; null where it says nothing */
  readonly altitudes: readonly (readonly (number | null)[])[];
  readonly from: number;
  readonly to: number;
}

const DAY_S = 86400;
/** Seconds between ticks.  Where none is wide enough uPlot adds ticks for ever, so the last is as wide as any time that is read. */
export const STEPS: readonly number[] = [
  ...[1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600],
  ...[1, 7, 30, 365, 3650, 36_500, 365_000, 3_650_000].map((days) => days * DAY_S),
];
const MOST_SERIES = 12;
const MOST_POINTS = 1200;

export function plotted(seen: Situation): Window | null {
  const launches = seen.launches.length > 0 ? seen.launches : seen.past.slice(0, 1);
  const tracks = launches
    .flatMap((launch) =>
      launch.tracks.map(({ originator, vertices }) => ({
        series: { event: launch.event, originator },
        points: new Map(
          vertices.filter(({ at }) => Number.isFinite(at)).map(({ at, altitude }) => [at / 1000, altitude / 1000]),
        ),
      })),
    )
    .filter(({ points }) => points.size > 1)
    .slice(0, MOST_SERIES);
  if (tracks.length === 0) return null;
  const all = [...new Set(tracks.flatMap(({ points }) => [...points.keys()]))].sort((a, b) => a - b);
  const times = all.slice(-MOST_POINTS);
  return {
    series: tracks.map(({ series }) => series),
    times,
    altitudes: tracks.map(({ points }) => times.map((at) => points.get(at) ?? null)),
    from: Math.min(...launches.map(({ launched }) => launched)) / 1000,
    to: Math.max(...launches.map((launch) => end(launch, seen.now))) / 1000,
  };
}

/** Up to when a launch is plotted: its predicted impact, or now while it goes on. */
function end({ impact, active, tracks }: Launch, now: number): number {
  const last = Math.max(...tracks.flatMap(({ vertices }) => vertices.map(({ at }) => at || 0)), 0);
  return Math.max(impact?.at ?? 0, active ? now : last);
}
