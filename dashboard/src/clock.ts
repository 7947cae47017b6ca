/** Scenario time, from the last word of the clock topic and a monotonic clock that is passed in. */
import { isEpoch, isRun } from './envelope';
import { moment, number, offset, text, type Json } from './read';

export type State = 'loaded' | 'playing' | 'paused' | 'ended';
const STATES: readonly unknown[] = ['loaded', 'playing', 'paused', 'ended'];
const STALE_MS = 3000;
const MOST_AHEAD_MS = 60_000;

export interface Clock {
  readonly run: string;
  readonly epoch: number;
  readonly state: State;
  readonly rate: number | 'max';
  readonly position_s: number;
  readonly duration_s: number;
  readonly late_ms: number;
  readonly error: string | null;
  /** scenario time when it was said, milliseconds since 1970, and its offset from UTC in minutes */
  readonly time: number;
  readonly offset: number;
  /** on the page's own monotonic clock, milliseconds */
  readonly heard: number;
  /** the player's own time when it was said, milliseconds since 1970; null: it did not tell */
  readonly wall: number | null;
}

/** Read a clock; `retained` ones are dated by their own wall time, as good as the two clocks agree. */
export function clockOf(raw: Json, mono: number, wall: number, retained: boolean): Clock | null {
  const time = moment(raw.time);
  const said = moment(raw.wall);
  const rate = raw.rate === 'max' ? 'max' : number(raw.rate, 0, 1e9);
  const position_s = number(raw.position_s, 0);
  const duration_s = number(raw.duration_s, 0);
  if (!isRun(raw.run) || !isEpoch(raw.epoch) || !STATES.includes(raw.state)) return null;
  if (time === null || rate === null || position_s === null || duration_s === null) return null;
  const age = retained && said !== null ? Math.min(Math.max(wall - said, 0), MOST_AHEAD_MS) : 0;
  return {
    run: raw.run,
    epoch: raw.epoch,
    state: raw.state as State,
    rate,
    position_s,
    duration_s,
    late_ms: number(raw.late_ms, 0) ?? 0,
    error: text(raw.error),
    time,
    offset: offset(raw.time) ?? 0,
    heard: mono - age,
    wall: said,
  };
}

/** Whether a clock was said before another one of the same run: a broker may deliver one again. */
export function isEarlier(clock: Clock, last: Clock, over: boolean): boolean {
  if (clock.wall === null || last.wall === null) return false;
  const before = last.wall - clock.wall;
  // A player whose machine was set back is not silenced for longer than a delivery may take.
  return before > 0 ? before < MOST_AHEAD_MS : before === 0 && over;
}

/** How long nothing was heard of a clock that should tick; 0 if it is as it should be. */
export function silence(clock: Clock, mono: number): number {
  const age = mono - clock.heard;
  return clock.state === 'playing' && age > STALE_MS ? age : 0;
}

/** Scenario milliseconds that have gone by since a clock spoke: none once it is stale. */
export function ahead(clock: Clock, mono: number): number {
  if (clock.state !== 'playing' || clock.rate === 'max') return 0;
  const left = Math.max(clock.duration_s - clock.position_s, 0) * 1000;
  return Math.min(clock.rate * Math.min(Math.max(mono - clock.heard, 0), STALE_MS), left);
}

export function now(clock: Clock, mono: number): number {
  return clock.time + ahead(clock, mono);
}
