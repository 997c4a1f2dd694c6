// The modules that the daemon's threads run. They lie beside this file, also where it is bundled into main.js.

export const THREAD_PROGRAMS = {
  logger: new URL('./logger-thread.js', import.meta.url),
  query: new URL('./query-thread.js', import.meta.url),
  retention: new URL('./retention-thread.js', import.meta.url),
  backup: new URL('./backup-thread.js', import.meta.url),
};
