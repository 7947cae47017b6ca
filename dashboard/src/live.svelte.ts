/** The one store: what is shown.  Folds on arrival, commits at most ten times a second, and less often on a slow machine. */
import { Pace } from './frame';
import { received, reconnected, world, type World } from './intake';
import { planned, type Planned } from './planned';
import { landOf, type Land } from './land';
import { connect, type Connection, type Link } from './mqtt';
import { KEPT_LOGIN, written, type Settings, type Theme } from './settings';
import { situation, type Situation } from './situation';
import { answer, DEADLINE_MS, request, type Ask, type Pending } from './transport';
import { LANGUAGES, type Language } from './words';

const COMMIT_MS = 100;
const TICK_MS = 250;
/** How often the player is asked how its run stands, while that is looked at and while not. */
const OPEN_MS = 2_000;
const CLOSED_MS = 10_000;
const CLOCK = /^exercise\/v1\/([a-z0-9-]{1,100})\/clock$/;
const MOST_EXERCISES = 20;

export class Live {
  situation = $state.raw<Situation | null>(null);
  link = $state.raw<Link>('connecting');
  /** when the link became what it is, on the page's monotonic clock */
  linked = $state.raw(performance.now());
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
  /** what the player tells its operator; null: not yet, or to nobody else */
  planned = $state.raw<Planned | null>(null);
  /** whether the operator's drawer is open */
  open = $state.raw(false);
  problem = $state.raw<string | null>(null);
  land = $state.raw<Land>(landOf(null));
  words = $derived(LANGUAGES[this.language].words);
  operator = $derived(this.user === 'operator' || this.user?.startsWith('operator-') === true);

  #world: World | null = null;
  #connection: Connection | null = null;
  #dirty = false;
  #asked = 0;
  #status = { id: '', since: -Infinity };
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
      this.#refresh(this.open ? OPEN_MS : CLOSED_MS);
      this.#commit();
    }, TICK_MS);
  }

  /** Connect as a user; without one, as the country whose screen it is, or as an observer. */
  enter(user: string | null, password: string | null): void {
    const { broker } = this.settings;
    if (broker === null) return;
    this.#connection?.close();
    const before = this.user;
    this.user = user ?? this.country?.toLowerCase() ?? null;
    // Who comes back under the same name, as with a new password, goes on with what was heard.
    this.#world = this.#world && before === this.user ? reconnected(this.#world) : null;
    this.#linked('connecting');
    this.denied = [];
    this.planned = null;
    this.open &&= this.operator;
    this.#status = { id: '', since: -Infinity };
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
    if (this.#world) this.#listen(this.#world.slug);
  }

  /** Connect as somebody, also after a reload, for as long as this tab is open. */
  login(user: string | null, password: string | null): void {
    try {
      if (user !== null && password !== null) sessionStorage.setItem(KEPT_LOGIN, written(user, password));
      else sessionStorage.removeItem(KEPT_LOGIN);
    } catch {
      // It holds until the page is reloaded.
    }
    this.enter(user, password);
  }

  /** Show another exercise that is played on this broker. */
  choose(slug: string): void {
    if (this.#world?.slug === slug) return;
    this.planned = null;
    this.#world = world(slug);
    this.exercise = slug;
    this.#listen(slug);
  }

  #listen(slug: string): void {
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
    const id = this.#request(ask);
    if (id === null) return;
    this.pending = { id, ask, since: performance.now() };
    this.problem = null;
  }

  /** Say in words what the visitor has to know; null: nothing. */
  say(problem: string | null): void {
    this.problem = problem;
  }

  #request(ask: Ask): string | null {
    const connection = this.#connection;
    if (!this.#world || !connection || !this.operator || this.link !== 'connected') return null;
    this.#asked += 1;
    const id = `${connection.client}-${this.#asked}`;
    connection.publish(`exercise/v1/${this.#world.slug}/control`, request(id, connection.client, ask));
    return id;
  }

  /** Ask how the run stands, as often as it is looked at. */
  #refresh(every: number): void {
    const now = performance.now();
    const state = this.situation?.state;
    if (!this.operator || !state || state === 'gone' || now - this.#status.since < every) return;
    this.#status = { id: this.#request({ do: 'status' }) ?? '', since: now };
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
    if (said && said.id === this.#status.id) {
      if (said.status) this.planned = planned(said.status);
    } else if (said && said.id === this.pending?.id) {
      this.pending = null;
      this.problem = said.error && this.words.answered.refused(said.error);
      this.#refresh(0);
    }
  }

  #linked(state: Link): void {
    // A refusal is followed by a close; the reason stays until something else is known.
    if (state === 'lost' && this.link === 'refused') return;
    if (state === 'connected' && this.#world) this.#world = reconnected(this.#world);
    if (state !== this.link) this.linked = performance.now();
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
