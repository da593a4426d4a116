import type { Batch } from '../intake.js';
import { viewOf } from '../view.js';
import { LF } from './influx-bytes.js';
import type { Precision } from './influx-precision.js';

/** A body on its way through the parser. */
export interface LineRun {
  readonly body: Buffer;
  /** The same bytes. */
  readonly text: DataView;
  readonly precision: Precision;
  readonly batch: Batch;
  /** Offset of the first byte that has not been read. */
  at: number;
  /** Line feeds are counted only when a place must be told: so many stand before that offset. */
  counted: { to: number; lines: number };
}

export function startRun(body: Buffer, precision: Precision, batch: Batch): LineRun {
  const text = viewOf(body);
  return { body, text, precision, batch, at: 0, counted: { to: 0, lines: 0 } };
}

/** Line and column, in characters, both from 1. Counts on from the last place, so that all of them cost one pass. */
export function placeOf({ body, counted }: LineRun, at: number): { line: number; column: number } {
  let lineStart = counted.to;
  for (let feed = body.indexOf(LF, lineStart); feed !== -1 && feed < at; feed = body.indexOf(LF, lineStart)) {
    counted.lines++;
    lineStart = feed + 1;
  }
  counted.to = lineStart;
  let column = 1;
  // In UTF-8 every byte but those of the form 10xxxxxx begins a character.
  for (let i = lineStart; i < at; i++) if ((body[i] & 0xc0) !== 0x80) column++;
  return { line: counted.lines + 1, column };
}
