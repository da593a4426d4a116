import { statSync } from 'node:fs';
import { type FSWatcher, watch } from 'chokidar';
import { systemClock } from '../clock.js';

/** Editors write in several steps; changes closer together than this are one. */
const QUIET_MS = 100;
/** Times of files may lag behind the clock by a tick of the kernel. */
const TICK_MS = 10;

/**
 * Runs once, and again whenever one of the files changes that had a part in it, or something changes in `paths`. Goes
 * on until the process is ended.
 * @param run tells which files it read
 */
export async function rerunOnChange(
  paths: readonly string[],
  run: () => Promise<readonly string[]>,
): Promise<void> {
  for (;;) {
    if (process.stdout.isTTY) process.stdout.write('\u001b[2J\u001b[3J\u001b[H');
    const began = systemClock.now();
    const files = [...new Set([...paths, ...(await run())])];
    const watcher = watch(files, { ignoreInitial: true });
    const changed = nextChange(watcher);
    await new Promise<void>((resolve) => watcher.once('ready', () => resolve()));
    // What was written while the tests ran came before the watching.
    if (!files.some((file) => changedAt(file) > began - TICK_MS)) {
      process.stderr.write('waiting for changes; end with Ctrl-C\n');
      await changed;
    }
    await new Promise<void>((resolve) => systemClock.after(QUIET_MS, resolve));
    await watcher.close();
  }
}

function nextChange(watcher: FSWatcher): Promise<void> {
  return new Promise((resolve, reject) => {
    watcher.once('all', () => resolve());
    watcher.once('error', reject);
  });
}

function changedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
