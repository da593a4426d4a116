import { statSync } from 'node:fs';
import { join } from 'node:path';

export function databasePath(folder: string): string {
  return join(folder, 'headroom.duckdb');
}

/** Whether a store was ever opened in the folder. */
export function holdsStore(folder: string): boolean {
  return statSync(databasePath(folder), { throwIfNoEntry: false }) !== undefined;
}

/** Bytes of the database on disk, write-ahead log included. */
export function databaseBytes(folder: string): number {
  const path = databasePath(folder);
  return [path, `${path}.wal`].reduce(
    (sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
