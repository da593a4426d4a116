/** Findings of the fixtures about the store and what databases elsewhere need; see bad-configs.ts. */
export const BAD_STORE: Readonly<Record<string, readonly string[]>> = {
  'store-bucket-bad-value': ['2:11 bucket: must have at least 1 character, found ""'],
  'store-bucket-wrong-type': ['2:11 bucket: must be text, found 7 (put it in quotes)'],
  'store-influx-without-bucket': [
    '2:3 bucket: is missing, must be given for store.kind influx (write store.bucket, or leave out store.kind)',
  ],
  'store-kind-bad-value': ['2:9 kind: must be one of embedded, influx, victoriametrics, found "nonsense"'],
  'store-measurement-bad-value': [
    '2:16 measurement: must be a letter, then letters, digits, _, . and -, at most 64, found "!"',
  ],
  'store-measurement-wrong-type': ['2:16 measurement: must be text, found 7 (put it in quotes)'],
  'store-org-bad-value': ['2:8 org: must have at least 1 character, found ""'],
  'store-org-wrong-type': ['2:8 org: must be text, found 7 (put it in quotes)'],
  'store-queue-size-bad-unit': ['2:14 queueSize: must be a size of at least 32MiB such as 1GiB, found 7'],
  'store-timeout-bad-unit': ['2:12 timeout: must be a duration such as 30s, found 7'],
  'store-token-bad-value': ['2:10 token: must have at least 1 character, found a value that is not shown'],
  'store-token-wrong-type': ['2:10 token: must be text, found a value that is not shown (put it in quotes)'],
  'store-url-bad-value': [
    '2:8 url: must be an address such as http://127.0.0.1:8086, found "ftp://example.org"',
  ],
  'store-url-wrong-type': ['2:8 url: must be an address such as http://127.0.0.1:8086, found 7'],
};
