/** Wires the page's address to the store, and the store to the screen. */
import { mount } from 'svelte';
import App from './App.svelte';
import { Live } from './live.svelte';
import { KEPT_LOGIN, login, settings } from './settings';
import './style/tokens.css';
import './style/layout.css';

/** Storage that a browser may refuse. */
function kept(name: string): string | null {
  try {
    return localStorage.getItem(`feed-${name}`);
  } catch {
    return null;
  }
}

/** What the address says of the log-in, kept for this tab alone, and taken out of the address. */
function entrance(): { user: string; password: string } | null {
  try {
    if (login(location.hash)) {
      sessionStorage.setItem(KEPT_LOGIN, location.hash);
      history.replaceState(null, '', location.pathname + location.search);
    }
    return login(sessionStorage.getItem(KEPT_LOGIN) ?? '');
  } catch {
    return login(location.hash);
  }
}

async function start(): Promise<void> {
  const served = await fetch('./broker.json', { cache: 'no-store' })
    .then((answer) => (answer.ok ? answer.text() : ''))
    .catch(() => '');
  const live = new Live(settings(new URL(location.href), served, kept, navigator.languages));
  const who = entrance();
  live.enter(who?.user ?? null, who?.password ?? null);
  mount(App, { target: document.body, props: { live } });
}

window.addEventListener('vite:preloadError', () => location.reload());
void start();
