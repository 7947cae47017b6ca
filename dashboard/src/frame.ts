/**
 * How often something may be drawn: as often as asked for, but with rests in proportion to what
 * drawing takes, so that a slow machine still has time to listen.
 */
const REST = 3;
const MOST_MS = 2000;

/** When something may be drawn again that began at a moment and took so long. */
export function again(began: number, took: number, least: number): number {
  return began + Math.max(least, took + Math.min(took * REST, MOST_MS));
}

/** Measures drawing from its request to the second frame after it, when it is on the screen. */
export class Pace {
  #free = 0;

  constructor(readonly least: number) {}

  /** Whether something may be drawn; if so, it counts as begun. */
  begin(): boolean {
    const began = performance.now();
    if (began < this.#free) return false;
    // In case no frame comes, as on a hidden page.
    this.#free = began + MOST_MS;
    requestAnimationFrame(() =>
      requestAnimationFrame(() => (this.#free = again(began, performance.now() - began, this.least))),
    );
    return true;
  }
}
