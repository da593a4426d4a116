import { gunzipSync } from 'node:zlib';
import { Problem } from '../problem.js';
import { SnappyDecoder } from './snappy.js';

export interface BodyLimits {
  readonly decompressedBytes: number;
}

export type Encoding = 'gzip' | 'identity' | 'snappy';

const GZIP: readonly Encoding[] = ['gzip', 'identity'];

/**
 * The encoding that a Content-Encoding names; where it names none, identity, or the only one that is taken.
 * @throws Problem unsupported-media for one that is not among `taken`
 */
export function checkEncoding(encoding: string | undefined, taken: readonly Encoding[] = GZIP): Encoding {
  const name = (encoding ?? '').trim().toLowerCase();
  if (name === '') return taken.includes('identity') ? 'identity' : taken[0];
  const found = taken.find((known) => name === known || (known === 'gzip' && name === 'x-gzip'));
  if (found) return found;
  throw new Problem(
    'unsupported-media',
    `found Content-Encoding ${JSON.stringify(name.slice(0, 40))}, expected ${taken.join(' or ')}`,
  );
}

const snappy = new SnappyDecoder();

/**
 * The body as it was before compression. Synchronous: half the price of the asynchronous one at the sizes that
 * agents send. What was snappy is valid until the next call.
 * @throws Problem bad-gzip, bad-snappy, too-large
 */
export function decompress(body: Buffer, encoding: Encoding, limits: BodyLimits): Buffer {
  if (encoding === 'identity') return body;
  if (encoding === 'snappy') return snappy.decode(body, limits.decompressedBytes);
  try {
    return gunzipSync(body, { maxOutputLength: limits.decompressedBytes });
  } catch (error) {
    const isTooLarge =
      error instanceof RangeError || (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    if (isTooLarge) {
      throw new Problem(
        'too-large',
        `found more than ${limits.decompressedBytes} bytes after decompression`,
        {
          cure: 'Send smaller batches, or raise limits.decompressedBytes in the configuration.',
        },
      );
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new Problem('bad-gzip', `found a body that is not gzip: ${reason}`, { cause: error });
  }
}
