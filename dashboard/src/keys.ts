/** Keys: space plays and pauses, n and . step, o opens more, for the operator; t changes light and dark. */
import type { Live } from './live.svelte';
import { THEMES } from './settings';
import { allowed, type Ask } from './transport';

const EDITABLE = 'input, select, textarea, button, summary, a, [contenteditable], .maplibregl-map';

export function keyed(event: KeyboardEvent, live: Live): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target instanceof Element && event.target.closest(EDITABLE)) return;
  if (event.key === 't') return themed(live);
  const { situation } = live;
  if (!situation || !live.operator) return;
  if (event.key === 'o') return void (live.open = !live.open);
  const asks: Record<string, Ask> = {
    ' ': { do: situation.state === 'playing' ? 'pause' : 'play' },
    n: { do: 'next' },
    '.': { do: 'step' },
  };
  const ask = asks[event.key];
  if (!ask) return;
  event.preventDefault();
  if (allowed(situation.state, ask.do)) live.ask(ask);
}

/** Take the next of the looks: as the system has it, dark, light. */
export function themed(live: Live): void {
  live.keep('theme', (live.theme = THEMES[(THEMES.indexOf(live.theme) + 1) % THEMES.length]!));
}
