/** Findings of the fixtures about what VictoriaMetrics needs to be told; see bad-configs.ts. */
export const BAD_VICTORIA: Readonly<Record<string, readonly string[]>> = {
  'store-password-bad-value': [
    '2:13 password: must have at least 1 character, found a value that is not shown',
  ],
  'store-password-wrong-type': [
    '2:13 password: must be text, found a value that is not shown (put it in quotes)',
  ],
  'store-tenant-bad-value': [
    '2:11 tenant: must be an account such as "0", or account and project such as "12:3", found ""',
  ],
  'store-tenant-wrong-type': ['2:11 tenant: must be text such as "0" or "12:3", found 7'],
  'store-user-bad-value': ['2:9 user: must have at least 1 character, found ""'],
  'store-user-wrong-type': ['2:9 user: must be text, found 7 (put it in quotes)'],
  'store-victoriametrics-without-url': [
    '1:8 url: is missing, must be given for store.kind victoriametrics (write store.url, or leave out store.kind)',
  ],
  'store-write-url-bad-value': ['2:13 writeUrl: must be an address such as http://vminsert:8480, found ""'],
  'store-write-url-wrong-type': ['2:13 writeUrl: must be an address such as http://vminsert:8480, found 7'],
};
