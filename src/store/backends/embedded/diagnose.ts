import { constants, existsSync, statSync } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Checks, type Diagnosis } from '../../remote/index.js';
import { holdsStore } from './database-files.js';
import type { EmbeddedOptions } from './options.js';

/** With less than that free, a busy service runs out of disk within days. */
const LITTLE_BYTES = 2 ** 30;

/** Whether the folder can be used. It is not opened: a running service holds it. */
export async function diagnoseEmbedded({ folder }: EmbeddedOptions): Promise<Diagnosis> {
  const checks = new Checks();
  await checks.run('folder', async () => {
    try {
      const place = nearest(folder);
      await access(place, constants.R_OK | constants.W_OK | constants.X_OK);
      if (!statSync(place).isDirectory()) throw new Error(`${place} is no folder`);
      const holds =
        place !== resolve(folder)
          ? 'can be made'
          : holdsStore(folder)
            ? 'holds a store'
            : 'holds no store yet';
      return { message: `${folder} ${holds}` };
    } catch (error) {
      const cure = 'Name another store.folder, or give this user the right to write there.';
      return { message: `${folder} cannot be used: ${(error as Error).message}`, cure };
    }
  });
  await checks.run('disk', async () => {
    const { bavail, bsize } = await statfs(nearest(folder));
    const free = bavail * bsize;
    const message = `${(free / 2 ** 30).toFixed(1)} GiB are free`;
    if (free >= LITTLE_BYTES) return { message };
    return { message, cure: 'Make room, or shorten store.retention.', isWarning: true };
  });
  return checks.done;
}

/** The folder, or what there is of the way to it. */
function nearest(folder: string): string {
  let place = resolve(folder);
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  return place;
}
