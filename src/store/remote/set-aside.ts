import { appendFile, mkdir, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

const MOST_BYTES = 64 * 2 ** 20;

/**
 * Lines that the database will never take, in a file with the reason above them as a comment of line protocol: once
 * the reason is gone the file can be written as it is. A file that has grown too long becomes FILE.old.
 */
export class SetAside {
  readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  /** Returns whether an older file of that kind made room, and is gone. @throws an Error of the file system */
  async add(lines: string, reason: string, now: number): Promise<boolean> {
    await mkdir(dirname(this.file), { recursive: true });
    const size = await sizeOf(this.file);
    const isFull = size > 0 && size + lines.length > MOST_BYTES;
    const hadOlder = isFull && (await sizeOf(`${this.file}.old`)) > 0;
    if (isFull) await rename(this.file, `${this.file}.old`);
    const comment = `# ${new Date(now).toISOString()} ${reason.replace(/\s+/g, ' ').slice(0, 500)}\n`;
    await appendFile(this.file, comment + lines, { flush: true } as object);
    return hadOlder;
  }
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}
