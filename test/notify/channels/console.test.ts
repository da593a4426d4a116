import assert from 'node:assert/strict';
import { conforms } from './conformance.js';

conforms({
  type: 'console',
  async accepting(t) {
    const printed: string[] = [];
    const write = process.stderr.write.bind(process.stderr);
    // Looks on while the real stream gets what it is given.
    process.stderr.write = ((...given: Parameters<typeof write>) => {
      printed.push(String(given[0]));
      return write(...given);
    }) as typeof write;
    t.after(() => {
      process.stderr.write = write;
    });
    return { options: { type: 'console', stream: 'stderr' }, taken: () => printed };
  },
  validate(text) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what could steer a terminal
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    assert.match(text, /^\[\w+\] .+\n\n/);
  },
  mostBytes: Number.POSITIVE_INFINITY,
});
