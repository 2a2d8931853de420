import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Into the server's package: where that is installed, nothing is built. */
export default defineConfig({
  base: '/console/',
  plugins: [react()],
  build: { outDir: '../server/dist/console', emptyOutDir: true, chunkSizeWarningLimit: 700 },
});
