/** The one store: what is shown.  Folds on arrival, commits at most ten times a second, and less often on a slow machine. */
import { Pace } from './frame';
import { received, reconnected, world, type World } from './intake';
import { landOf, type Land } from './land';
import { connect, type Connection, type Link } from './mqtt';
import type { Settings, Theme } from './settings';
import { situation, type Situation } from './situation';
import { answer, DEADLINE_MS, request, type Ask, type Pending } from './transport';
import { LANGUAGES, type Language } from './words';

const COMMIT_MS = 100;
const TICK_MS = 250;
const CLOCK = /^exercise\/v1\/([a-z0-9-]{1,100})\/clock$/;
const MOST_EXERCISES = 20;

export class Live {
  situation = $state.raw<Situation | null>(null);
  link = $state.raw<Link>('connecting');
  denied = $state.raw<readonly string[]>([]);
  exercises = $state.raw<readonly string[]>([]);
  language = $state.raw<Language>('en');
  theme = $state.raw<Theme>('system');
  country = $state.raw<string | null>(null);
  user = $state.raw<string | null>(null);
  exercise = $state.raw<string | null>(null);
  /** grows once a tick, for what shows the wall clock */
  tick = $state.raw(0);
  pending = $state.raw<Pending | null>(null);
  problem = $state.raw<string | null>(null);
  land = $state.raw<Land>(landOf(null));
  words = $derived(LANGUAGES[this.language].words);
  operator = $derived(this.user === 'operator');

  #world: World | null = null;
  #connection: Connection | null = null;
  #dirty = false;
  #asked = 0;
  #pace = new Pace(COMMIT_MS);

  constructor(readonly settings: Settings) {
    this.language = settings.language;
    this.theme = settings.theme;
    this.country = settings.country;
    void fetch('./coastline.json')
      .then((answer) => answer.json())
      .then((file) => (this.land = landOf(file)))
      .catch(() => (this.problem = 'coastline.json'));
    setInterval(() => this.#dirty && this.#commit(), COMMIT_MS);
    setInterval(() => {
      this.tick += 1;
      this.#commit();
    }, TICK_MS);
  }

  /** Connect as a user; without one, as the country whose screen it is, or as an observer. */
  enter(user: string | null, password: string | null): void {
    const { broker } = this.settings;
    if (broker === null) return;
    this.#connection?.close();
    this.user = user ?? this.country?.toLowerCase() ?? null;
    this.#world = null;
    this.link = 'connecting';
    this.denied = [];
    this.#connection = connect(
      { url: broker, user: this.user, password },
      {
        message: (topic, payload, retain) => this.#receive(topic, payload, retain),
        link: (state) => this.#linked(state),
        denied: (filter) => (this.denied = [...this.denied, filter]),
      },
    );
    // The clock first: it says which run and epoch everything else has to be of.
    this.#connection.subscribe([`exercise/v1/${this.settings.exercise ?? '+'}/clock`]);
  }

  /** Show another exercise that is played on this broker. */
  choose(slug: string): void {
    if (this.#world?.slug === slug) return;
    this.#world = world(slug);
    this.exercise = slug;
    const base = `exercise/v1/${slug}`;
    const whose = this.country?.toLowerCase() ?? '+';
    const after = whose === '+' ? '+/#' : `${whose}/#`;
    const levels = ['feed', 'state', 'geo', 'head'].map((level) =>
      level === 'head' ? `${base}/head/${whose}` : `${base}/${level}/${after}`,
    );
    const rest = this.country === null ? [`${base}/player/presence`] : [];
    const client = this.#connection?.client ?? '';
    if (this.operator) rest.push(`${base}/up/+/presence/+`, `${base}/control/${client}`);
    this.#connection?.subscribe([`${base}/manifest`, ...levels, ...rest]);
  }

  /** Ask something of the player, as the operator. */
  ask(ask: Ask): void {
    const connection = this.#connection;
    if (!this.#world || !connection || !this.operator) return;
    this.#asked += 1;
    const id = `${connection.client}-${this.#asked}`;
    this.pending = { id, ask, since: performance.now() };
    this.problem = null;
    const topic = `exercise/v1/${this.#world.slug}/control`;
    connection.publish(topic, request(id, connection.client, ask));
  }

  /** Remember a choice of the visitor, where the browser lets us. */
  keep(name: string, value: string): void {
    try {
      localStorage.setItem(`feed-${name}`, value);
    } catch {
      // It holds until the page is closed.
    }
  }

  #receive(topic: string, payload: string, retain: boolean): void {
    const clock = CLOCK.exec(topic);
    if (clock && payload !== '') this.#seen(clock[1]!);
    if (!this.#world) return;
    if (topic.includes('/control/')) return this.#answered(payload);
    if (topic.split('/')[2] !== this.#world.slug) return;
    const [mono, wall] = [performance.now(), Date.now()];
    this.#world = received(this.#world, { topic, payload, retain, mono, wall });
    this.#dirty = true;
  }

  #seen(slug: string): void {
    if (!this.exercises.includes(slug) && this.exercises.length < MOST_EXERCISES) {
      this.exercises = [...this.exercises, slug];
    }
    if (!this.#world) this.choose(slug);
  }

  #answered(payload: string): void {
    const said = answer(payload);
    if (!said || said.id !== this.pending?.id) return;
    this.pending = null;
    this.problem = said.error;
  }

  #linked(state: Link): void {
    // A refusal is followed by a close; the reason stays until something else is known.
    if (state === 'lost' && this.link === 'refused') return;
    if (state === 'connected' && this.#world) this.#world = reconnected(this.#world);
    this.link = state;
    this.#dirty = true;
  }

  #commit(): void {
    if (this.pending && performance.now() - this.pending.since > DEADLINE_MS) {
      this.pending = null;
      this.problem = this.words.answered.late;
    }
    if (document.visibilityState === 'hidden' || !this.#pace.begin()) return;
    this.#dirty = false;
    const shown = this.#world && situation(this.#world, performance.now(), this.country);
    if (shown !== this.situation) this.situation = shown;
  }
}
