/** Keys of the fields `samples` of a series, `value` and `timestamp` of a sample: alike in both versions. */
const SAMPLES_KEY = 0x12;
const VALUE_KEY = 0x09;
const TIME_KEY = 0x10;

/** Where the value and the time stand, from the first key on. */
const VALUE = 3;
const TIME = 12;
/** Bytes of a time at most: enough until the year 2109. */
const MOST_TIME_BYTES = 6;

/** A sample as everybody writes it: its value, then its time, and nothing else. Any other is for the general reader. */
export class UsualSample {
  /** Where the value stands, a double. */
  valueAt = 0;
  /** Unix ms. */
  time = 0;

  /** Reads the field at `at` of a message that ends at `end`. Returns where it ends; -1 where it is of another form. */
  read(text: DataView, at: number, end: number): number {
    const timeAt = at + TIME;
    if (timeAt >= end || text.getUint8(at) !== SAMPLES_KEY) return -1;
    const after = at + 2 + text.getUint8(at + 1);
    const isUsual =
      after <= end &&
      after > timeAt &&
      after <= timeAt + MOST_TIME_BYTES &&
      text.getUint8(at + VALUE - 1) === VALUE_KEY &&
      text.getUint8(timeAt - 1) === TIME_KEY;
    if (!isUsual) return -1;
    let time = 0;
    for (let byte = after - 1; byte >= timeAt; byte--) {
      const bits = text.getUint8(byte);
      // The number must end where the sample does, neither before nor behind.
      if (bits < 0x80 !== (byte === after - 1)) return -1;
      time = time * 0x80 + (bits & 0x7f);
    }
    this.valueAt = at + VALUE;
    this.time = time;
    return after;
  }
}
