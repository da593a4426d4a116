import { watch } from 'chokidar';
import { systemClock } from '../clock.js';

/** Editors write in several steps; changes closer together than this are one. */
const QUIET_MS = 100;

/**
 * Runs once, and again whenever one of the files changes that had a part in it, or something appears in `paths`. Goes
 * on until the process is ended.
 * @param run tells which files it read
 */
export async function rerunOnChange(
  paths: readonly string[],
  run: () => Promise<readonly string[]>,
): Promise<void> {
  const watcher = watch([...paths], { ignoreInitial: true });
  let cancel = () => {};
  let running = Promise.resolve();
  const again = async () => {
    const isTerminal = process.stdout.isTTY === true;
    if (isTerminal) process.stdout.write('\u001b[2J\u001b[3J\u001b[H');
    watcher.add([...(await run())]);
    process.stderr.write('waiting for changes; end with Ctrl-C\n');
  };
  const change = () => {
    cancel();
    cancel = systemClock.after(QUIET_MS, () => {
      running = running.then(again).catch(fail);
    });
  };
  // A run that breaks off is a bug; it must be seen, and not only in the next run.
  const fail = (error: unknown) => {
    process.stderr.write(`headroom: unexpected: ${error instanceof Error ? error.stack : error}\n`);
    process.exit(2);
  };
  const ready = new Promise<void>((resolve) => watcher.once('ready', () => resolve()));
  watcher.on('all', change).on('error', fail);
  await ready;
  running = again().catch(fail);
  await running;
}
