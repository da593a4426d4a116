import { type FileHandle, open } from 'node:fs/promises';
import type { Clock } from '../../clock.js';
import { Problem } from '../../problem.js';
import { encodeRecord, linesOf } from './record.js';
import {
  cut,
  keepPosition,
  keptPosition,
  openForAppending,
  readSegments,
  removeSegment,
  type Segment,
  segmentAt,
} from './segments.js';

/** Rows as lines of text, with what the queue must know of them. */
export interface Lines {
  /** One a row, each ended by a newline. */
  readonly text: string;
  readonly rows: number;
  /** Times of the oldest and the newest row, unix ms. */
  readonly from: number;
  readonly to: number;
}

/** A record that waits. Handed out in the order of writing; owned by the queue. */
export interface Waiting {
  readonly segment: Segment;
  readonly offset: number;
  readonly bytes: number;
  readonly rows: number;
  readonly from: number;
  readonly to: number;
  readonly queuedAt: number;
  /** Kept in memory while the queue is short. */
  text: string | undefined;
}

export interface DurableQueueOptions {
  readonly folder: string;
  /** What may wait on disk, bytes. */
  readonly maxBytes: number;
  /** Shortest time between two writes to disk, ms: what comes meanwhile is written together. */
  readonly commitInterval: number;
  readonly clock: Clock;
  readonly segmentBytes?: number;
}

interface Writer {
  readonly lines: Lines;
  resolve(): void;
  reject(problem: unknown): void;
}

const SEGMENT_BYTES = 16 * 2 ** 20;
const REMEMBERED_CHARACTERS = 8 * 2 ** 20;
const RETRY_AFTER_MS = 5000;

/**
 * A first-in, first-out queue of lines on disk, for one process. What `append` has resolved for survives `kill -9`.
 * Writes that come together share one fsync (group commit).
 */
export class DurableQueue {
  readonly #options: DurableQueueOptions;
  readonly #segments: Segment[] = [];
  /** In the order of writing; the first `#head` are acknowledged. */
  #waiting: Waiting[] = [];
  #head = 0;
  #bytes = 0;
  #rows = 0;
  #remembered = 0;
  #pending: Writer[] = [];
  #pendingCharacters = 0;
  #file: FileHandle | undefined;
  #writing: Promise<void> | undefined;
  #isResting = false;
  #isClosed = false;
  #onAppend: () => void = () => undefined;
  /** What was found damaged on opening and put aside. */
  readonly repairs: readonly string[];

  private constructor(options: DurableQueueOptions, repairs: readonly string[]) {
    this.#options = options;
    this.repairs = repairs;
  }

  /** Opens the queue in its folder, which is made if absent. @throws Problem store-failed */
  static async open(options: DurableQueueOptions): Promise<DurableQueue> {
    try {
      const { segments, repairs } = await readSegments(options.folder);
      const sent = await keptPosition(options.folder);
      const queue = new DurableQueue(options, repairs);
      // Numbers go on behind what was sent, or new records would be taken for sent ones.
      let last = sent.segment;
      for (const { segment, records } of segments) {
        last = Math.max(last, segment.number);
        const waiting = records.filter(
          ({ offset }) =>
            segment.number > sent.segment || (segment.number === sent.segment && offset >= sent.offset),
        );
        if (waiting.length === 0) await removeSegment(segment);
        else queue.#segments.push(segment);
        for (const record of waiting) queue.#enqueue({ ...record, segment, text: undefined });
      }
      queue.#segments.push(segmentAt(options.folder, last + 1));
      return queue;
    } catch (error) {
      throw failed(`the queue in ${options.folder} cannot be opened`, error);
    }
  }

  /** Records, rows and bytes that wait. */
  get length(): number {
    return this.#waiting.length - this.#head;
  }

  get rows(): number {
    return this.#rows;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** When the oldest record was queued, unix ms; undefined when none waits. */
  get oldest(): number | undefined {
    return this.#waiting[this.#head]?.queuedAt;
  }

  /** Calls `task` whenever records have been added. */
  onAppend(task: () => void): void {
    this.#onAppend = task;
  }

  /**
   * Adds lines. Resolves when they are durable.
   * @throws Problem store-busy (with retryAfterMs) beyond the bound, store-failed; nothing is kept then
   */
  append(lines: Lines): Promise<void> {
    if (this.#isClosed) return Promise.reject(new Problem('shutting-down', 'the store is closed'));
    const { maxBytes } = this.#options;
    if (this.#bytes + this.#pendingCharacters + lines.text.length > maxBytes) {
      return Promise.reject(
        new Problem('store-busy', `${this.#bytes} bytes wait to be sent, ${maxBytes} may`, {
          retryAfterMs: RETRY_AFTER_MS,
          cure: 'Bring the database back (`headroom store check` says what is wrong), or raise store.queueSize.',
        }),
      );
    }
    this.#pendingCharacters += lines.text.length;
    return new Promise((resolve, reject) => {
      this.#pending.push({ lines, resolve, reject });
      this.#write();
    });
  }

  /** The first records, up to `maxRows` rows, at least one if any waits. */
  peek(maxRows: number): Waiting[] {
    const found: Waiting[] = [];
    let rows = 0;
    for (let at = this.#head; at < this.#waiting.length; at++) {
      const record = this.#waiting[at];
      rows += record.rows;
      if (found.length > 0 && rows > maxRows) break;
      found.push(record);
    }
    return found;
  }

  /** Records that may hold rows with `from <= time < to`, in the order of writing. */
  overlapping(from: number, to: number): Waiting[] {
    return this.#waiting.slice(this.#head).filter((record) => record.from < to && record.to >= from);
  }

  /** The lines of a record. */
  async linesOf({ text, segment, offset, bytes }: Waiting): Promise<string> {
    if (text !== undefined) return text;
    const file = await open(segment.path, 'r');
    try {
      const record = Buffer.alloc(bytes);
      await file.read(record, 0, bytes, offset);
      return linesOf(record);
    } finally {
      await file.close();
    }
  }

  /** The first `count` records are done with: they are not handed out again, and their segments go. */
  async acknowledge(count: number): Promise<void> {
    const done = this.#waiting.slice(this.#head, this.#head + count);
    const last = done.at(-1);
    if (!last) return;
    this.#head += done.length;
    for (const record of done) {
      this.#bytes -= record.bytes;
      this.#rows -= record.rows;
      this.#remembered -= record.text?.length ?? 0;
    }
    if (this.#head > 1000 && this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    await keepPosition(this.#options.folder, {
      segment: last.segment.number,
      offset: last.offset + last.bytes,
    });
    const first = this.#waiting[this.#head]?.segment.number ?? last.segment.number;
    while (this.#segments.length > 1 && this.#segments[0].number < first) {
      await removeSegment(this.#segments[0]);
      this.#segments.shift();
    }
  }

  /** Makes durable what is being added; what waits stays for the next start. */
  async close(): Promise<void> {
    this.#isClosed = true;
    while (this.#writing || this.#pending.length > 0) {
      this.#isResting = false;
      this.#write();
      await this.#writing;
    }
    await this.#file?.close();
    this.#file = undefined;
  }

  #enqueue(record: Waiting): void {
    this.#waiting.push(record);
    this.#bytes += record.bytes;
    this.#rows += record.rows;
    this.#remembered += record.text?.length ?? 0;
  }

  #write(): void {
    if (this.#writing || this.#isResting || this.#pending.length === 0) return;
    const writers = this.#pending;
    this.#pending = [];
    this.#isResting = true;
    // The pace is set by the disk, not by the time of the telemetry.
    setTimeout(() => {
      this.#isResting = false;
      this.#write();
    }, this.#options.commitInterval);
    this.#writing = this.#commit(writers).finally(() => {
      this.#writing = undefined;
      this.#write();
    });
  }

  async #commit(writers: readonly Writer[]): Promise<void> {
    const text = writers.map(({ lines }) => lines.text).join('');
    const facts = {
      rows: writers.reduce((sum, { lines }) => sum + lines.rows, 0),
      from: writers.reduce((least, { lines }) => Math.min(least, lines.from), Number.POSITIVE_INFINITY),
      to: writers.reduce((most, { lines }) => Math.max(most, lines.to), Number.NEGATIVE_INFINITY),
      queuedAt: this.#options.clock.now(),
    };
    try {
      const record = encodeRecord(text, facts);
      const place = await this.#append(record);
      const isRemembered = this.#remembered + text.length <= REMEMBERED_CHARACTERS;
      this.#enqueue({ ...facts, ...place, bytes: record.length, text: isRemembered ? text : undefined });
      for (const { resolve } of writers) resolve();
      this.#onAppend();
    } catch (error) {
      const problem = failed('the queue could not be written', error);
      for (const { reject } of writers) reject(problem);
    } finally {
      this.#pendingCharacters -= text.length;
    }
  }

  async #append(record: Buffer): Promise<{ segment: Segment; offset: number }> {
    const { folder, segmentBytes = SEGMENT_BYTES } = this.#options;
    let segment = this.#segments[this.#segments.length - 1];
    if (segment.bytes > 0 && segment.bytes + record.length > segmentBytes) {
      await this.#file?.close();
      this.#file = undefined;
      segment = segmentAt(folder, segment.number + 1);
      this.#segments.push(segment);
    }
    this.#file ??= await openForAppending(segment, folder);
    const offset = segment.bytes;
    try {
      await this.#file.appendFile(record);
      await this.#file.datasync();
    } catch (error) {
      // Nothing may stand behind a half-written record: it would be cut off with it.
      await this.#file.close().catch(() => undefined);
      this.#file = undefined;
      await cut(segment.path, offset).catch(() => this.#segments.push(segmentAt(folder, segment.number + 1)));
      throw error;
    }
    segment.bytes += record.length;
    return { segment, offset };
  }
}

function failed(what: string, error: unknown): Problem {
  const why = error instanceof Error ? error.message : String(error);
  return new Problem('store-failed', `${what}: ${why}`, {
    cause: error,
    cure: 'Make room and check the permissions of store.folder.',
  });
}
