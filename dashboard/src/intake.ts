/**
 * The door: what each topic means, what is of this run and epoch, what is new.  Pure: takes a world
 * and a packet, returns the world after it.
 *
 * Nothing says when all retained messages are there, and their order is nobody's promise; so what
 * counts is (run, epoch, sequence), never arrival.  A new run or epoch begins with an empty picture.
 */
import { clockOf, isEarlier, now, type Clock } from './clock';
import { envelope, isEpoch, isRun, type Envelope } from './envelope';
import { rowed, stood, type Row } from './log';
import { NONE, numbered, skipped, type Counted } from './numbers';
import { EMPTY, fold, remembering, snapshot, traced, type Picture } from './picture';
import { list, moment, number, parsed, record, text, type Json } from './read';

export interface Packet {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
  /** when it came, on the page's monotonic clock and on its wall clock, milliseconds */
  readonly mono: number;
  readonly wall: number;
}

export interface Manifest {
  readonly run: string;
  readonly exercise: string;
  readonly title: string;
  readonly scenario: string;
  readonly countries: readonly string[];
  readonly begins: number | null;
  readonly ends: number | null;
  readonly planned: number | null;
  readonly arrangementsAt: string | null;
}

export interface Country extends Counted {
  readonly picture: Picture;
  readonly head: number | null;
  readonly final: boolean;
  readonly received: number;
  readonly latency_ms: number | null;
  /** whether its present picture, or that there is none, was heard */
  readonly complete: boolean;
}

/** This page was opened then, the run jumped there, or another run was found under the name. */
export type Why = 'opened' | 'jumped' | 'found';

export interface World {
  readonly slug: string;
  readonly clock: Clock | null;
  /** the player took everything it had retained away: the run is over */
  readonly gone: boolean;
  readonly manifest: Manifest | null;
  readonly player: 'online' | 'offline' | null;
  readonly countries: ReadonlyMap<string, Country>;
  readonly log: readonly Row[];
  /** the scenario time from which the log is, null until a clock is heard, and why not earlier */
  readonly since: number | null;
  readonly why: Why;
  readonly presence: ReadonlyMap<string, string>;
  /** packets that passed no door */
  readonly refused: number;
  readonly duplicates: number;
  /** another run that speaks under the same name, and when it last did */
  readonly rival: { readonly run: string; readonly heard: number } | null;
  /** features that came before the picture they belong to */
  readonly features: ReadonlyMap<string, Json>;
  /** grows at every jump: whoever keeps history drops it */
  readonly jump: number;
}

const NOBODY: Country = {
  picture: EMPTY,
  head: null,
  final: false,
  ...NONE,
  received: 0,
  latency_ms: null,
  complete: false,
};
const TOPIC = /^exercise\/v1\/([a-z0-9-]{1,100})\/([a-z]{1,20})(?:\/([a-z0-9/-]{1,300}))?$/;
const COUNTRY = /^[A-Z]{3}$/;
const MOST_COUNTRIES = 40;
const MOST_FEATURES = 100;
const RIVAL_MS = 5000;

export function world(slug: string): World {
  return {
    slug,
    clock: null,
    gone: false,
    manifest: null,
    player: null,
    countries: new Map(),
    log: [],
    since: null,
    why: 'opened',
    presence: new Map(),
    refused: 0,
    duplicates: 0,
    rival: null,
    features: new Map(),
    jump: 0,
  };
}

/**
 * The QoS to listen with.  A broker may count what is not acknowledged yet over all filters of a
 * client, and then leave messages of the feed for minutes; so the feed, of which each message comes
 * once, is alone at 1.  All else stands, and is told again.
 */
export function qosOf(filter: string): 0 | 1 {
  return filter.split('/')[3] === 'feed' ? 1 : 0;
}

/** Take the world after a packet; a packet that means nothing is counted and left out. */
export function received(before: World, packet: Packet): World {
  const [, slug, level, rest = ''] = TOPIC.exec(packet.topic) ?? [];
  if (slug !== before.slug || level === undefined) return refused(before);
  const [code = '', kind = '', event = ''] = rest.split('/');
  const country = code.toUpperCase();
  switch (level) {
    case 'clock':
      return clocked(before, packet);
    case 'manifest':
      return manifested(before, packet);
    case 'player':
      return presented(before, packet, rest);
    case 'head':
      return headed(before, packet, country);
    case 'state':
      return stated(before, packet, country, kind, event);
    case 'feed':
      return fed(before, packet, country, kind, event);
    case 'geo':
      return featured(before, packet, country, kind);
    case 'up':
      return kind === 'presence' ? here(before, packet, event) : before;
    default:
      return before;
  }
}

function refused(before: World): World {
  return { ...before, refused: before.refused + 1 };
}

/** The world after a lost connection: what stood is taken again from what is retained. */
export function reconnected(before: World): World {
  const countries = [...before.countries].map(([code, country]): [string, Country] => [
    code,
    { ...country, picture: remembering(country.picture), complete: false, away: true },
  ]);
  return { ...before, countries: new Map(countries), features: new Map(), rival: null };
}

/** Begin anew with another run or epoch: what was known belongs to the one before. */
function begun(before: World): World {
  const empty = { countries: new Map(), log: [], since: null, why: 'found' as const, features: new Map() };
  return { ...before, ...empty, jump: before.jump + 1 };
}

/** Jump within a run: whose retained pictures were heard once are still listened to. */
function jumped(before: World): World {
  const heard = [...before.countries].map(([code, { complete }]): [string, Country] => [
    code,
    { ...NOBODY, complete },
  ]);
  return { ...begun(before), countries: new Map(heard), why: 'jumped' };
}

function clocked(before: World, { payload, mono, wall, retain }: Packet): World {
  if (payload === '') return { ...before, gone: before.clock !== null };
  const raw = parsed(payload);
  const clock = raw?.status === 'Exercise' ? clockOf(raw, mono, wall, retain) : null;
  if (!clock) return refused(before);
  const last = before.clock;
  const time = now(clock, mono);
  if (!last) return { ...before, clock, since: time, gone: false };
  if (clock.run === last.run) {
    if (clock.epoch < last.epoch || isEarlier(clock, last, before.gone)) return before;
    const next = clock.epoch > last.epoch ? jumped(before) : before;
    return { ...next, clock, since: next.since ?? time, gone: false, rival: recent(before, mono) };
  }
  // Run ids sort by time: the newer run is the one to show, and the older one, if it still speaks,
  // is a second player under the same name.
  const older = clock.run < last.run ? clock.run : last.run;
  const rival = retain ? recent(before, mono) : { run: older, heard: mono };
  if (clock.run < last.run) return { ...before, rival };
  return { ...begun(before), clock, since: time, gone: false, rival: last.state === 'playing' ? rival : null };
}

function recent(before: World, mono: number): World['rival'] {
  return before.rival && mono - before.rival.heard < RIVAL_MS ? before.rival : null;
}

function manifested(before: World, { payload }: Packet): World {
  if (payload === '') return before;
  const raw = parsed(payload);
  if (!raw || !isRun(raw.run) || raw.status !== 'Exercise') return refused(before);
  const planned = Object.values(record(raw.planned)).map((each) => number(each, 0) ?? 0);
  const manifest: Manifest = {
    run: raw.run,
    exercise: (text(raw.exercise) ?? '').replace(/^EXERCISE /, ''),
    title: text(raw.title) ?? '',
    scenario: text(raw.scenario) ?? '',
    countries: list(raw.countries, MOST_COUNTRIES).filter(
      (each): each is string => typeof each === 'string' && COUNTRY.test(each),
    ),
    begins: moment(raw.starts),
    ends: moment(raw.ends),
    planned: planned.length > 0 ? planned.reduce((sum, each) => sum + each, 0) : null,
    arrangementsAt: text(raw.arrangements_at, 40),
  };
  return { ...before, manifest };
}

function presented(before: World, { payload }: Packet, rest: string): World {
  if (rest !== 'presence') return before;
  return { ...before, player: payload === 'online' ? 'online' : 'offline' };
}

function here(before: World, { payload }: Packet, client: string): World {
  if (client === '' || before.presence.size > 100) return before;
  const presence = new Map(before.presence);
  if (payload === 'online' || payload === 'offline') presence.set(client, payload);
  else presence.delete(client);
  return { ...before, presence };
}

function headed(before: World, { payload }: Packet, code: string): World {
  if (payload === '') return before;
  const raw = parsed(payload);
  const sequence = number(raw?.sequence, 0);
  if (!raw || sequence === null || !COUNTRY.test(code)) return refused(before);
  if (!isCurrent(before, raw.run, raw.epoch)) return before;
  const country = before.countries.get(code) ?? NOBODY;
  const further = country.away && country.received > 0 && sequence > country.sequence;
  const counted = further ? { ...skipped(country, sequence + 1), sequence } : {};
  return put(before, code, { ...country, ...counted, head: sequence, final: raw.final === true });
}

function stated(before: World, packet: Packet, code: string, kind: string, event: string): World {
  if (!COUNTRY.test(code)) return refused(before);
  const country = before.countries.get(code) ?? NOBODY;
  if (kind === 'none') {
    return packet.payload === '' ? before : put(before, code, { ...country, complete: true });
  }
  const key = `${kind}/${event}`;
  if (packet.payload === '') {
    return put(before, code, { ...country, picture: snapshot(country.picture, key, null) });
  }
  const message = envelope(packet.payload);
  if (!message || message.event !== event || message.recipient !== code) return refused(before);
  if (!['launch', 'alert', 'meeting', 'agreement'].includes(kind)) return before;
  const [world, current] = entered(before, message);
  if (!current) return world;
  const known = world.countries.get(code) ?? NOBODY;
  // A picture that is older than what the feed has brought of that event says nothing new.
  if (message.sequence < known.sequence && known.picture.shown.has(key)) return world;
  let picture = snapshot(known.picture, key, message);
  const feature = world.features.get(`${code}/${event}`);
  if (feature) picture = traced(picture, event, feature);
  const log = message.heard.reduce((rows, heard) => stood(rows, message, heard), world.log);
  return put({ ...world, log }, code, { ...known, picture, complete: true });
}

function fed(before: World, packet: Packet, code: string, kind: string, event: string): World {
  const message = envelope(packet.payload);
  if (!message || message.recipient !== code || message.event !== event || message.kind !== kind) {
    return refused(before);
  }
  const [world, current] = entered(before, message);
  if (!current) return world;
  const country = world.countries.get(code) ?? NOBODY;
  const counted = numbered(country, message.sequence);
  if (!counted) return { ...world, duplicates: world.duplicates + 1 };
  return put({ ...world, log: rowed(world.log, message) }, code, {
    ...country,
    ...counted,
    picture: fold(country.picture, message),
    received: country.received + 1,
    latency_ms: message.sent === null ? null : Math.max(packet.wall - message.sent, 0),
  });
}

/** The world in which a message of a run and epoch counts, and whether it does. */
function entered(
  before: World,
  message: Pick<Envelope, 'run' | 'epoch' | 'due'>,
): [World, boolean] {
  const { clock } = before;
  if (!clock) return [before, false];
  if (message.run === clock.run && message.epoch === clock.epoch) return [before, true];
  const newer =
    message.run > clock.run || (message.run === clock.run && message.epoch > clock.epoch);
  // The clock says so too, at once; until then a newer epoch may be anybody's.
  if (!newer || message.run !== clock.run) return [before, false];
  return [{ ...jumped(before), clock: { ...clock, epoch: message.epoch, time: message.due } }, true];
}

function isCurrent(before: World, run: unknown, epoch: unknown): boolean {
  if (!isRun(run) || !isEpoch(epoch)) return false;
  return run === before.clock?.run && epoch === before.clock.epoch;
}

function featured(before: World, packet: Packet, code: string, event: string): World {
  if (packet.payload === '') return before;
  const feature = parsed(packet.payload);
  if (!feature || feature.type !== 'Feature' || !COUNTRY.test(code)) return refused(before);
  const { run, epoch, time } = record(feature.properties);
  // It may come before the clock says that the run has jumped; without a run it is of this epoch.
  const mark = isRun(run) && isEpoch(epoch) ? { run, epoch, due: moment(time) ?? 0 } : null;
  const [world, current] = mark ? entered(before, mark) : [before, true];
  // Only what stood before this page listened is taken from here: the feed says it better.
  const key = `${code}/${event}`;
  if ((mark && before.clock && !current) || world.features.has(key)) return world;
  if (world.features.size >= MOST_FEATURES) return world;
  const features = new Map(world.features).set(key, feature);
  const country = world.countries.get(code) ?? NOBODY;
  const picture = traced(country.picture, event, feature);
  return put({ ...world, features }, code, { ...country, picture });
}

function put(before: World, code: string, country: Country): World {
  if (before.countries.size >= MOST_COUNTRIES && !before.countries.has(code)) {
    return refused(before);
  }
  return { ...before, countries: new Map(before.countries).set(code, country) };
}
