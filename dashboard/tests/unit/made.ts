/** Messages for tests: whole payloads as they stand on the wire, so that every test passes the door. */
import { received, world, type World } from '../../src/intake';
import type { Json } from '../../src/read';

export const RUN = '01m8aq45gbn91kjxkstssvnarv';
export const SLUG = 'snow-goose';
export const BASE = `exercise/v1/${SLUG}`;
export const START = Date.parse('2022-10-04T07:22:00.000+09:00');

/** A time of the story, so many seconds after its begin. */
export function at(seconds: number): string {
  return `${new Date(START + 9 * 3_600_000 + seconds * 1000).toISOString().slice(0, -1)}+09:00`;
}

export interface Said {
  kind: string;
  act?: string;
  event?: string;
  by?: string;
  to?: string;
  seconds?: number;
  due?: number;
  n?: number;
  sequence?: number;
  epoch?: number;
  run?: string;
  data?: Json;
  more?: Json;
}

export function message(said: Said): Json {
  const { kind, act = 'update', event = 'irbm', by = 'JPN', to = 'JPN', seconds = 60 } = said;
  const { due = seconds, n = 1, sequence = 1, epoch = 1, run = RUN, data = {}, more = {} } = said;
  return {
    specversion: '1.0',
    id: `${run}.${epoch}.${to.toLowerCase()}.${sequence}`,
    message: `${event}.${by.toLowerCase()}.${n}`,
    source: `/exercise/${SLUG}/${by.toLowerCase()}`,
    type: `exercise.${kind}.${act}.v1`,
    subject: event,
    time: at(seconds),
    due: at(due),
    sent: '2026-11-26T01:22:10.139+00:00',
    status: 'Exercise',
    exercise: 'EXERCISE SNOW GOOSE',
    run,
    epoch,
    sequence: String(sequence).padStart(8, '0'),
    recipient: to,
    releasableto: 'USA, JPN, KOR',
    arrangement: by === to ? 'own' : 'us-jpn',
    path: by === to ? to : `${by}>${to}`,
    data,
    ...more,
  };
}

export const LAUNCH: Json = {
  when: at(0),
  site: { name: 'Mupyong-ni', point: { type: 'Point', coordinates: [126.426, 40.611] } },
  vehicle: { class: 'irbm' },
  state: 'detected',
};

export function track(seconds: number, lon = 130, altitude_m = 200_000): Json {
  return {
    time: at(seconds),
    position: { type: 'Point', coordinates: [lon, 40] },
    altitude_m,
    velocity: { east_m_s: 3000, north_m_s: 0, up_m_s: 1000 },
    phase: 'midcourse',
    quality: { error_m: 500, sensor_class: 'land-radar' },
  };
}

export function impact(radius_m = 150_000): Json {
  return {
    state: 'predicted',
    point: { type: 'Point', coordinates: [175, 32] },
    area: { radius_m },
    time: at(1320),
    uncertainty_s: 15,
  };
}

export function clock(seconds: number, more: Json = {}): Json {
  return {
    status: 'Exercise', run: RUN, epoch: 1, state: 'playing', rate: 10, position_s: seconds,
    duration_s: 121_080, time: at(seconds), wall: '2026-11-26T01:22:10.000+00:00', late_ms: 2, ...more,
  };
}

export const MANIFEST: Json = {
  contract: 'v1', status: 'Exercise', exercise: 'EXERCISE SNOW GOOSE', run: RUN,
  scenario: 'over-aomori-2022', title: 'Over Aomori', countries: ['JPN', 'KOR', 'USA'],
  starts: at(0), ends: at(121_080), duration_s: 121_080, planned: { JPN: 657, KOR: 657, USA: 657 },
};

/** A listener in virtual time: what it is told, it folds. */
export class Listener {
  world: World = world(SLUG);
  mono = 0;

  hear(topic: string, payload: unknown, retain = false): this {
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
    const wall = Date.parse('2026-11-26T01:22:10.139+00:00');
    const packet = { topic: `${BASE}/${topic}`, payload: text, retain, mono: this.mono, wall };
    this.world = received(this.world, packet);
    return this;
  }

  feed(said: Said): this {
    const { kind, event = 'irbm', to = 'JPN' } = said;
    return this.hear(`feed/${to.toLowerCase()}/${kind}/${event}`, message(said));
  }

  state(kind: string, said: Said, retain = true): this {
    const { event = 'irbm', to = 'JPN' } = said;
    return this.hear(`state/${to.toLowerCase()}/${kind}/${event}`, message(said), retain);
  }
}

export function listener(seconds = 60, more: Json = {}): Listener {
  return new Listener().hear('manifest', MANIFEST, true).hear('clock', clock(seconds, more));
}
