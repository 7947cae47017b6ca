import { expect, it } from 'vitest';
import { STEPS } from '../../src/plot/window';

it('has steps between ticks that grow, the last wide enough for whatever time is read', () => {
  expect([...STEPS].sort((a, b) => a - b)).toEqual(STEPS);
  const whole = (Date.UTC(9999, 0) - Date.UTC(-9999, 0)) / 1000;
  // Where no step leaves room for the name of a tick uPlot adds ticks for ever.
  expect((STEPS.at(-1) ?? 0) * 3).toBeGreaterThan(whole);
});
