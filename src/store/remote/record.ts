import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { crc32 } from './crc32.js';

/** What the queue knows of a record without reading it. */
export interface RecordFacts {
  readonly rows: number;
  /** Times of the oldest and the newest of its rows, unix ms. */
  readonly from: number;
  readonly to: number;
  /** When it was queued, unix ms. */
  readonly queuedAt: number;
}

/** length, CRC of all that follows, queuedAt, from, to, rows, form. Little endian. */
export const HEADER_BYTES = 40;
const CRC_AT = 4;
const CHECKED_FROM = 8;
const PLAIN = 0;
const DEFLATED = 1;
/** Shorter ones gain nothing. */
const DEFLATE_FROM_BYTES = 512;

/** A record as it lies on disk: its facts and its lines, deflated where that gains something. */
export function encodeRecord(lines: string, { rows, from, to, queuedAt }: RecordFacts): Buffer {
  const plain = Buffer.from(lines);
  const form = plain.length >= DEFLATE_FROM_BYTES ? DEFLATED : PLAIN;
  const body = form === DEFLATED ? deflateRawSync(plain, { level: 1 }) : plain;
  const record = Buffer.alloc(HEADER_BYTES + body.length);
  record.writeUInt32LE(body.length, 0);
  record.writeDoubleLE(queuedAt, 8);
  record.writeDoubleLE(from, 16);
  record.writeDoubleLE(to, 24);
  record.writeUInt32LE(rows, 32);
  record.writeUInt32LE(form, 36);
  body.copy(record, HEADER_BYTES);
  record.writeUInt32LE(crc32(record.subarray(CHECKED_FROM)), CRC_AT);
  return record;
}

/** The lines of a whole record. */
export function linesOf(record: Buffer): string {
  const body = record.subarray(HEADER_BYTES);
  return (record.readUInt32LE(36) === DEFLATED ? inflateRawSync(body) : body).toString();
}

export interface FoundRecord extends RecordFacts {
  readonly offset: number;
  readonly bytes: number;
}

/** The whole records at the beginning of a segment, and where they end: what is behind that is damaged. */
export function findRecords(segment: Buffer): { records: FoundRecord[]; end: number } {
  const records: FoundRecord[] = [];
  let end = 0;
  while (end + HEADER_BYTES <= segment.length) {
    const bytes = HEADER_BYTES + segment.readUInt32LE(end);
    if (end + bytes > segment.length) break;
    const record = segment.subarray(end, end + bytes);
    if (crc32(record.subarray(CHECKED_FROM)) !== record.readUInt32LE(CRC_AT)) break;
    records.push({
      offset: end,
      bytes,
      queuedAt: record.readDoubleLE(8),
      from: record.readDoubleLE(16),
      to: record.readDoubleLE(24),
      rows: record.readUInt32LE(32),
    });
    end += bytes;
  }
  return { records, end };
}
