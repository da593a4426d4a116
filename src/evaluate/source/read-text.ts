import { readFileSync, statSync } from 'node:fs';
import { formatBytes } from '../../telemetry/index.js';
import { type Finding, fileFinding } from './finding.js';

/** What people write by hand is far smaller; more than this is most likely another file. */
export const TEXT_BYTES_AT_MOST = 4 * 2 ** 20;

export type ReadText =
  | { readonly text: string; readonly finding?: undefined }
  | { readonly text?: undefined; readonly finding: Finding };

/** Reads a file that a person wrote, as UTF-8 with or without a byte order mark. A fault is a finding. */
export function readText(file: string): ReadText {
  try {
    const { size } = statSync(file);
    if (size > TEXT_BYTES_AT_MOST) {
      const message = `is ${formatBytes(size)} large; at most ${formatBytes(TEXT_BYTES_AT_MOST)} are read`;
      return { finding: fileFinding(file, message, 'check its name, or divide it into several files') };
    }
    return decode(file, readFileSync(file));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return { finding: fileFinding(file, `cannot be read: ${error.message}`, '') };
  }
}

function decode(file: string, bytes: Buffer): ReadText {
  const cure = 'save the file as UTF-8';
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (isUtf16) return { finding: fileFinding(file, 'is UTF-16 text; must be UTF-8', cure) };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    // The decoder does not say where. What is replaced in a lenient reading is where it stopped.
    const lenient = bytes.toString('utf8');
    const before = lenient.slice(0, lenient.indexOf('\ufffd')).split('\n');
    const place = { line: before.length, column: (before.at(-1) ?? '').length + 1 };
    return { finding: { ...fileFinding(file, 'a character here is not UTF-8', cure), ...place } };
  }
}
