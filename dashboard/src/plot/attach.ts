/** uPlot as an island: given a host of fixed height, told what to plot, undone. */
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { look } from '../palette';
import { clockTime } from '../words';
import { STEPS, type Window } from './window';

export interface Plotted {
  draw(window: Window, now: number, offset: number, codes: readonly string[]): void;
  remove(): void;
}

/** As wide as the names beside the bars below, in layout.css. */
const AXIS_REM = 4.25;
/** Shorter windows have their ticks told to the second. */
const SHORT_S = 1200;

export function attach(host: HTMLElement): Plotted {
  let plot: uPlot | null = null;
  let shape = '';
  let state = { from: 0, to: 1, now: 0, offset: 0 };
  const size = (): { width: number; height: number } => ({
    width: Math.floor(host.clientWidth),
    height: Math.floor(host.clientHeight),
  });
  const watch = new ResizeObserver(() => {
    const { width, height } = size();
    if (plot && width > 0 && height > 0) plot.setSize({ width, height });
  });
  watch.observe(host);

  const make = (window: Window, codes: readonly string[]): uPlot => {
    const tokens = getComputedStyle(host);
    const [text, grid] = [tokens.getPropertyValue('--quiet').trim(), tokens.getPropertyValue('--line').trim()];
    // On a wall everything is larger, the letters of a canvas too.
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const axis = { font: `${0.72 * rem}px sans-serif`, stroke: text, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1, size: 4 } };
    return new uPlot(
      {
        ...size(),
        legend: { show: false },
        cursor: { show: false },
        padding: [8, 12, 0, 0],
        scales: { x: { time: false, range: () => [state.from, state.to] }, y: { range: (_, __, most) => [0, Math.max(most * 1.1, 10)] } },
        axes: [
          {
            ...axis,
            size: 1.75 * rem,
            space: 5 * rem,
            incrs: [...STEPS],
            values: (_, ticks) =>
              ticks.map((at) => clockTime(at * 1000, state.offset, state.to - state.from < SHORT_S)),
          },
          { ...axis, size: AXIS_REM * rem, values: (_, ticks) => ticks.map((km) => `${km} km`) },
        ],
        series: [
          {},
          ...window.series.map(({ originator }, index) => ({
            stroke: look(originator, codes).colour,
            width: 2,
            spanGaps: true,
            points: { show: false },
            dash: index % 3 === 1 ? [8, 4] : index % 3 === 2 ? [2, 3] : [],
          })),
        ],
        hooks: { draw: [(drawn) => line(drawn, state.now, text)] },
      },
      [[...window.times], ...window.altitudes.map((each) => [...each])],
      host,
    );
  };
  return {
    draw: (window, now, offset, codes): void => {
      state = { from: window.from, to: window.to, now: now / 1000, offset };
      const next = JSON.stringify([window.series, document.documentElement.dataset.theme]);
      if (next !== shape || !plot) {
        plot?.destroy();
        plot = null;
        shape = next;
        if (host.clientWidth > 0) plot = make(window, codes);
        return;
      }
      plot.setData([[...window.times], ...window.altitudes.map((each) => [...each])]);
    },
    remove: (): void => {
      watch.disconnect();
      plot?.destroy();
    },
  };
}

/** A line at the present moment. */
function line({ ctx, bbox, valToPos }: uPlot, now: number, colour: string): void {
  const x = Math.round(valToPos(now, 'x', true));
  if (x < bbox.left || x > bbox.left + bbox.width) return;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}
