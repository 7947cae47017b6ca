/** The only edge to the broker: connects, subscribes, publishes requests, and decides nothing. */
import mqtt, { type MqttClient } from 'mqtt';
import { qosOf } from './intake';
import { Socket } from './socket';
import Ticker from './ticker.worker?worker';

export type Link = 'connecting' | 'connected' | 'lost' | 'refused';

export interface Login {
  readonly url: string;
  readonly user: string | null;
  readonly password: string | null;
}

export interface Hooks {
  message(topic: string, payload: string, retain: boolean): void;
  link(state: Link): void;
  denied(filter: string): void;
}

export interface Connection {
  readonly client: string;
  subscribe(filters: readonly string[]): void;
  publish(topic: string, payload: string): void;
  close(): void;
}

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 8_000;
const KEEP_ALIVE_S = 30;
/** In the return code of CONNACK: bad user or password, not authorised. */
const REFUSALS: readonly unknown[] = [4, 5, 134, 135];

/** Connect and stay connected until closed: each connection subscribes anew and starts clean. */
export function connect(login: Login, hooks: Hooks): Connection {
  const client = `feed-page-${randomName()}`;
  const ticker = new Ticker();
  const waiting = new Map<number, () => void>();
  ticker.onmessage = ({ data }: MessageEvent<number>): void => waiting.get(data)?.();
  let timers = 0;
  let tries = 0;
  const filters = new Set<string>();
  const connection: MqttClient = mqtt.connect(login.url, {
    protocolVersion: 4,
    clientId: client,
    clean: true,
    keepalive: KEEP_ALIVE_S,
    reconnectPeriod: FIRST_RETRY_MS,
    connectTimeout: 5_000,
    reconnectOnConnackError: true,
    resubscribe: false,
    createWebsocket: (url: string, protocols: string[]) => new Socket(url, protocols),
    ...(login.user === null ? {} : { username: login.user, password: login.password ?? '' }),
    timerVariant: {
      set: (run: () => void, every: number): number => {
        timers += 1;
        waiting.set(timers, run);
        ticker.postMessage({ id: timers, every });
        return timers;
      },
      clear: (id: number): void => {
        waiting.delete(id);
        ticker.postMessage({ id, every: null });
      },
    },
  });
  const subscribe = (wanted: readonly string[]): void => {
    for (const filter of wanted) {
      connection.subscribe(filter, { qos: qosOf(filter) }, (error, granted) => {
        if (error || granted?.some(({ qos }) => qos === 128)) hooks.denied(filter);
      });
    }
  };
  connection.on('connect', () => {
    tries = 0;
    connection.options.reconnectPeriod = FIRST_RETRY_MS;
    hooks.link('connected');
    subscribe([...filters]);
  });
  connection.on('close', () => {
    tries += 1;
    const wait = Math.min(FIRST_RETRY_MS * 2 ** tries, LAST_RETRY_MS);
    connection.options.reconnectPeriod = wait * (0.75 + Math.random() / 2);
    hooks.link('lost');
  });
  connection.on('error', (error) => {
    if ('code' in error && REFUSALS.includes(error.code)) hooks.link('refused');
  });
  connection.on('message', (topic, payload, packet) =>
    hooks.message(topic, new TextDecoder().decode(payload), packet.retain),
  );
  const soon = (): void => {
    if (!connection.connected && document.visibilityState === 'visible') connection.reconnect();
  };
  window.addEventListener('online', soon);
  return {
    client,
    subscribe: (wanted): void => {
      const fresh = wanted.filter((filter) => !filters.has(filter));
      fresh.forEach((filter) => filters.add(filter));
      if (connection.connected) subscribe(fresh);
    },
    publish: (topic, payload): void => {
      connection.publish(topic, payload, { qos: 1, retain: false });
    },
    close: (): void => {
      window.removeEventListener('online', soon);
      connection.end(true);
      ticker.terminate();
    },
  };
}

function randomName(): string {
  return [...crypto.getRandomValues(new Uint8Array(6))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}
