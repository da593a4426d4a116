import {
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { type FoundRecord, findRecords } from './record.js';

/** A file of the queue; numbers count up and are never used twice. */
export interface Segment {
  readonly number: number;
  readonly path: string;
  /** Length in bytes up to the end of the last whole record. */
  bytes: number;
}

/** How far the queue was sent: everything before `offset` of the segment, and all segments before it. */
export interface Position {
  readonly segment: number;
  readonly offset: number;
}

export interface OpenedSegments {
  readonly segments: readonly { readonly segment: Segment; readonly records: readonly FoundRecord[] }[];
  readonly repairs: readonly string[];
}

/** In the data folder; there is one as soon as a store with a database elsewhere was opened in it. */
export const QUEUE_FOLDER = 'queue';

const NAME = /^(\d{10})\.queue$/;
const POSITION_FILE = 'sent.json';

export function segmentAt(folder: string, number: number): Segment {
  return { number, path: join(folder, `${String(number).padStart(10, '0')}.queue`), bytes: 0 };
}

/**
 * Reads the segments of a queue. What is behind the last whole record of one is put aside in a file beside it and cut
 * off: a record that was half written when the process died was never acknowledged.
 */
export async function readSegments(folder: string): Promise<OpenedSegments> {
  await mkdir(folder, { recursive: true });
  const numbers = (await readdir(folder))
    .map((name) => NAME.exec(name)?.[1])
    .filter((text) => text !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
  const segments: { segment: Segment; records: FoundRecord[] }[] = [];
  const repairs: string[] = [];
  for (const number of numbers) {
    const segment = segmentAt(folder, number);
    const content = await readFile(segment.path);
    const { records, end } = findRecords(content);
    if (end < content.length) {
      await writeFile(`${segment.path}.damaged`, content.subarray(end), { flush: true });
      await cut(segment.path, end);
      repairs.push(
        `${content.length - end} bytes at the end of ${segment.path} were no whole record; they are kept in ${segment.path}.damaged`,
      );
    }
    segment.bytes = end;
    segments.push({ segment, records });
  }
  return { segments, repairs };
}

/** Opens a segment for writing at its end. */
export async function openForAppending(segment: Segment, folder: string): Promise<FileHandle> {
  const file = await open(segment.path, 'a');
  // The name of a new file is durable only with its folder.
  await syncFolder(folder);
  return file;
}

export async function removeSegment({ path }: Segment): Promise<void> {
  await rm(path, { force: true });
}

/**
 * Keeps the position for the next start. Not forced to disk: what is lost of it makes rows be sent a second time, which
 * changes nothing.
 */
export async function keepPosition(folder: string, position: Position): Promise<void> {
  const file = join(folder, POSITION_FILE);
  await writeFile(`${file}.new`, JSON.stringify(position));
  await rename(`${file}.new`, file);
}

/** The position that was kept; the very beginning when there is none that can be read. */
export async function keptPosition(folder: string): Promise<Position> {
  const start = { segment: 0, offset: 0 };
  const text = await readFile(join(folder, POSITION_FILE), 'utf8').catch(() => '');
  try {
    const { segment, offset } = { ...start, ...(JSON.parse(text) as Partial<Position>) };
    return Number.isInteger(segment) && Number.isInteger(offset) ? { segment, offset } : start;
  } catch {
    return start;
  }
}

/** Cuts a file to its first `bytes`, for good. */
export async function cut(path: string, bytes: number): Promise<void> {
  if ((await stat(path)).size === bytes) return;
  const file = await open(path, 'r+');
  try {
    await file.truncate(bytes);
    await file.datasync();
  } finally {
    await file.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
