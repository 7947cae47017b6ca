/**
 * What a person has to know at a moment: a pure function of the world and the time.  Views show it
 * and compute nothing of their own.
 */
import { now as scenarioNow, silence, type State } from './clock';
import type { Country, Why, World } from './intake';
import { launchOf, type Launch } from './launches';
import type { Row } from './log';
import type { Shown, Step } from './picture';
import { list, moment, place, record, text, type Json, type Place } from './read';

export interface Alert {
  readonly event: string;
  readonly country: string;
  readonly since: number;
  readonly on: boolean;
  readonly data: Json;
  readonly areas: readonly { readonly name: string; readonly at: Place | null }[];
  readonly history: readonly Step[];
  readonly over: Step | null;
  /** how long it has stood or had stood, milliseconds */
  readonly stood: number;
  readonly heardBy: readonly string[];
  /** this page heard it being given out; false if it stood already */
  readonly fresh: boolean;
}

export interface Standing {
  readonly event: string;
  readonly kind: string;
  readonly time: number;
  readonly data: Json;
  readonly over: boolean;
}

export interface Health {
  readonly code: string;
  readonly sequence: number;
  readonly behind: number;
  readonly missing: number;
  /** sent while this page was not connected */
  readonly unheard: number;
  readonly latency_ms: number | null;
  readonly final: boolean;
  readonly listening: boolean | null;
}

export interface Mark {
  readonly at: number;
  readonly kind: string;
  readonly event: string;
  readonly data: Json;
}

export interface Situation {
  readonly exercise: string;
  readonly title: string;
  readonly run: string;
  readonly epoch: number;
  readonly jump: number;
  readonly state: State | 'gone';
  readonly rate: number | 'max';
  readonly now: number;
  readonly offset: number;
  readonly begins: number;
  readonly duration: number;
  readonly silent: number;
  readonly late_ms: number;
  readonly error: string | null;
  readonly playerLost: boolean;
  readonly arrangementsAt: string | null;
  readonly codes: readonly string[];
  readonly launches: readonly Launch[];
  readonly past: readonly Launch[];
  readonly alerts: readonly Alert[];
  readonly standing: readonly Standing[];
  readonly log: readonly Row[];
  /** where the log begins, if that is not where the run does */
  readonly logFrom: { readonly at: number; readonly why: Why } | null;
  readonly marks: readonly Mark[];
  readonly health: readonly Health[];
  readonly receiving: readonly string[];
  readonly refused: number;
  readonly rival: boolean;
}

const MOST_OVER = 20;
const SECOND_MS = 1000;

/** The situation; null until the clock is heard. `only` is the one country whose screen this is. */
export function situation(world: World, mono: number, only: string | null = null): Situation | null {
  const { clock, manifest, since } = world;
  if (!clock) return null;
  const now = scenarioNow(clock, mono);
  const begins = manifest?.begins ?? clock.time - clock.position_s * 1000;
  const named = manifest?.countries ?? [];
  const codes = [...new Set([...named, ...[...world.countries.keys()].sort()])].filter(
    (code) => only === null || code === only,
  );
  const known = codes.map((code): [string, Country | undefined] => [code, world.countries.get(code)]);
  const events = (kind: string): string[] => [
    ...new Set(
      known.flatMap(([, country]) =>
        [...(country?.picture.shown.values() ?? [])]
          .filter((shown) => shown.kind === kind)
          .map((shown) => shown.event),
      ),
    ),
  ];
  const pictures = (kind: string, event: string): (readonly [string, Shown | undefined])[] =>
    known.map(([code, country]) => [code, country?.picture.shown.get(`${kind}/${event}`)] as const);
  const launches = events('launch')
    .map((event) => launchOf(event, pictures('launch', event), now))
    .sort((one, other) => other.launched - one.launched);
  const alerts = events('alert')
    .flatMap((event) => alertOf(event, pictures('alert', event), now))
    .sort((one, other) => Number(other.on) - Number(one.on) || other.since - one.since);
  const standing = ['meeting', 'agreement'].flatMap((kind) =>
    events(kind).flatMap((event) => standingOf(kind, event, pictures(kind, event))),
  );
  return {
    exercise: manifest?.exercise || world.slug.replaceAll('-', ' ').toUpperCase(),
    title: manifest?.title ?? '',
    run: clock.run,
    epoch: clock.epoch,
    jump: world.jump,
    state: world.gone ? 'gone' : clock.state,
    rate: clock.rate,
    now,
    offset: clock.offset,
    begins,
    duration: clock.duration_s * 1000,
    silent: world.gone ? 0 : silence(clock, mono),
    late_ms: clock.late_ms,
    error: clock.error,
    playerLost: world.player === 'offline' && !world.gone,
    arrangementsAt: manifest?.arrangementsAt ?? null,
    codes,
    launches: launches.filter((launch) => launch.active),
    past: launches.filter((launch) => !launch.active).slice(0, MOST_OVER),
    alerts: alerts.slice(0, MOST_OVER * 2),
    standing: standing.sort((one, other) => other.time - one.time).slice(0, MOST_OVER),
    log: world.log,
    logFrom: since !== null && since - begins >= SECOND_MS ? { at: since, why: world.why } : null,
    marks: marksOf(launches, alerts, standing),
    health: known.map(([code, country]) => healthOf(code, country, world)),
    receiving: world.gone ? [] : known.filter(([, each]) => !each?.complete).map(([code]) => code),
    refused: world.refused,
    rival: world.rival !== null && mono - world.rival.heard < 5000,
  };
}

function alertOf(
  event: string,
  pictures: readonly (readonly [string, Shown | undefined])[],
  now: number,
): Alert[] {
  const held = pictures.filter((each): each is [string, Shown] => each[1] !== undefined);
  const standing = held.filter(([, shown]) => !shown.over);
  const [, shown] = standing[0] ?? held[0] ?? [];
  const last = shown && [...shown.reports.values()].at(-1);
  if (!shown || !last) return [];
  const expired = last.expires !== null && last.expires <= now && !shown.over;
  const over = expired
    ? { time: last.expires!, act: 'all-clear' as const, reason: 'expired', data: {} }
    : shown.over;
  const since = shown.first;
  const areas = list(last.data.areas, 60).map(record).flatMap((area) => {
    const name = text(area.name, 80);
    return name ? [{ name, at: place(area.point) ?? place(record(area.circle).center) }] : [];
  });
  return [
    {
      event,
      country: text(record(last.data.issuer).country, 3) ?? last.originator,
      since,
      on: over === null,
      data: last.data,
      areas,
      history: shown.history,
      over,
      stood: Math.max((over?.time ?? now) - since, 0),
      fresh: [...shown.known.values()].some((known) => known.since !== null),
      heardBy: held.map(([code]) => code),
    },
  ];
}

function standingOf(
  kind: string,
  event: string,
  pictures: readonly (readonly [string, Shown | undefined])[],
): Standing[] {
  const shown = pictures.find(([, each]) => each)?.[1];
  const step = shown?.over ?? shown?.history.at(-1);
  const last = shown && [...shown.reports.values()].at(-1);
  if (!shown || !step) return [];
  const data = { ...(last?.data ?? {}), ...(shown.over?.data ?? {}) };
  return [{ event, kind, time: last?.time ?? step.time, data, over: shown.over !== null }];
}

function marksOf(
  launches: readonly Launch[],
  alerts: readonly Alert[],
  standing: readonly Standing[],
): Mark[] {
  return [
    ...launches.map(({ launched, event, data }) => ({ at: launched, kind: 'launch', event, data })),
    ...alerts.map(({ since, event, data }) => ({ at: since, kind: 'alert', event, data })),
    ...standing.map(({ time, kind, event, data }) => ({
      at: moment(data.when) ?? time, kind, event, data,
    })),
  ].sort((one, other) => one.at - other.at);
}

function healthOf(code: string, country: Country | undefined, world: World): Health {
  const here = [...world.presence].filter(([client]) => client.startsWith(code.toLowerCase()));
  return {
    code,
    sequence: country?.sequence ?? 0,
    behind: country?.received && country.head ? Math.max(country.head - country.sequence, 0) : 0,
    missing: country ? country.gaps.size + country.lost : 0,
    unheard: country ? country.unheard.size + country.unheardMore : 0,
    latency_ms: country?.latency_ms ?? null,
    final: country?.final ?? false,
    listening: here.length > 0 ? here.some(([, state]) => state === 'online') : null,
  };
}
