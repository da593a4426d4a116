import { WIRE, type WireReader } from '../../wire-reader.js';
import type { RawLabels } from './series.js';

const LABELS = 1;
const LABEL = { name: 1, value: 2 } as const;

/** All labels of a series of version 1, as they stand in `body`; leaves the reader at the end of its message. @throws Problem bad-protobuf */
export function readLabels(reader: WireReader, body: Buffer): RawLabels {
  const labels: [Buffer, Buffer][] = [];
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field !== LABELS) {
      reader.skip();
      continue;
    }
    reader.expect(WIRE.bytes, 'labels');
    const outer = reader.enter();
    const label: [Buffer, Buffer] = [EMPTY, EMPTY];
    for (let part = reader.next(); part !== 0; part = reader.next()) {
      if (part === LABEL.name || part === LABEL.value) {
        reader.expect(WIRE.bytes, 'a label');
        const length = reader.length();
        label[part - 1] = body.subarray(reader.at, reader.at + length);
        reader.at += length;
      } else reader.skip();
    }
    reader.leave(outer);
    labels.push(label);
  }
  return labels;
}

const EMPTY = Buffer.alloc(0);
