import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { coastline } from './coastline.mjs';

export default defineConfig({
  base: './',
  plugins: [svelte(), coastline('../feed/data/coastline.npz')],
  worker: { format: 'es' },
  build: {
    outDir: process.env.FEED_PAGE ?? '../feed/web/page',
    emptyOutDir: true,
    target: 'es2023',
    chunkSizeWarningLimit: 1200,
    // No inline assets: the content policy allows none in styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
