// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the environment stand in messages
import { BAD_CHANNELS } from './bad-channels.js';
import { BAD_NOTIFY } from './bad-notify.js';
import { BAD_STORE } from './bad-store.js';
import { BAD_VICTORIA } from './bad-victoria.js';

/**
 * Findings of each file in test/fixtures/config/bad, as line:column field: message (cure). A new way of being wrong brings
 * one file and its lines.
 */
export const BAD_CONFIGS: Readonly<Record<string, readonly string[]>> = {
  ...BAD_NOTIFY,
  ...BAD_CHANNELS,
  ...BAD_STORE,
  ...BAD_VICTORIA,
  'console-stream-bad-value': ['5:15 stream: must be one of stdout, stderr, found "nonsense"'],
  'console-unknown-key': ['6:7 surplus: is not a known key (known here: type, stream)'],
  'email-from-bad-value': ['6:13 from: must be a mail address such as oncall@example.org, found "!"'],
  'email-from-missing-key': ['4:7 from: is missing, must be text'],
  'email-from-wrong-type': ['6:13 from: must be text, found 7 (put it in quotes)'],
  'email-host-bad-value': ['5:13 host: must have at least 1 character, found ""'],
  'email-host-missing-key': ['4:7 host: is missing, must be text'],
  'email-host-wrong-type': ['5:13 host: must be text, found 7 (put it in quotes)'],
  'email-password-bad-value': [
    '9:17 password: must have at least 1 character, found a value that is not shown',
  ],
  'email-password-wrong-type': [
    '9:17 password: must be text, found a value that is not shown (put it in quotes)',
  ],
  'email-port-bad-value': ['9:13 port: must be at least 1, found -1'],
  'email-port-wrong-type': ['9:13 port: must be a number, found "much"'],
  'email-secure-wrong-type': ['9:15 secure: must be true or false, found "much"'],
  'email-start-tls-bad-value': [
    '9:17 startTls: must be one of required, if-offered, never, found "nonsense"',
  ],
  'email-timeout-bad-unit': ['9:16 timeout: must be a duration such as 30s, found 7'],
  'email-timeout-words': ['3:101 timeout: must be a duration such as 30s, found "soon"'],
  'email-to-bad-value': ['7:11 to: must have at least 1 entry, found a list'],
  'email-to-missing-key': ['4:7 to: is missing, must be a list'],
  'email-to-word': ['3:76 to[0]: must be a mail address such as oncall@example.org, found "Jim"'],
  'email-to-wrong-type': ['7:11 to: must be a list, found "much"'],
  'email-trust-any-certificate-wrong-type': ['9:28 trustAnyCertificate: must be true or false, found "much"'],
  'email-unknown-key': [
    '9:7 surplus: is not a known key (known here: type, host, port, secure, startTls, trustAnyCertificate, user, password, from, to, timeout)',
  ],
  'email-user-bad-value': ['9:13 user: must have at least 1 character, found ""'],
  'email-user-wrong-type': ['9:13 user: must be text, found 7 (put it in quotes)'],
  'listen-host-bad-value': [
    '2:9 host: must have at least 1 character, found ""',
    '2:9 host: must be a loopback address while receive.tokens and people.tokens are empty: anybody could write or silence, found "" (add tokens under receive.tokens and people.tokens, or listen on 127.0.0.1)',
  ],
  'listen-host-public': [
    '1:17 host: must be a loopback address while receive.tokens and people.tokens are empty: anybody could write or silence, found "0.0.0.0" (add tokens under receive.tokens and people.tokens, or listen on 127.0.0.1)',
  ],
  'listen-host-wrong-type': ['2:9 host: must be text, found 7 (put it in quotes)'],
  'listen-port-bad-value': ['2:9 port: must be at least 0, found -1'],
  'listen-port-half': ['1:17 port: must be a whole number, found 80.5'],
  'listen-port-over': ['1:17 port: must be at most 65535, found 65536'],
  'listen-port-wrong-type': ['2:9 port: must be a number, found "much"'],
  'listen-unknown-key': ['2:3 surplus: is not a known key (known here: host, port)'],
  'listen-wrong-type': ['1:9 listen: must be a map, found "much"'],
  'log-level-bad-value': [
    '2:10 level: must be one of fatal, error, warn, info, debug, trace, silent, found "nonsense"',
  ],
  'log-unknown-key': ['2:3 surplus: is not a known key (known here: level)'],
  'log-wrong-type': ['1:6 log: must be a map, found "much"'],
  'people-link-secret-bad-value': [
    '2:15 linkSecret: must have at least 32 characters, found a value that is not shown',
  ],
  'people-link-secret-wrong-type': [
    '2:15 linkSecret: must be text, found a value that is not shown (put it in quotes)',
  ],
  'people-longest-silence-bad-unit': ['2:19 longestSilence: must be a duration such as 30d, found "much"'],
  'people-longest-silence-zero': ['1:27 longestSilence: must be a duration such as 30d, found "0s"'],
  'people-token-number': ['1:40 token: must be text, found a value that is not shown (put it in quotes)'],
  'people-tokens-entry-wrong-type': ['3:7 tokens[0]: must be a map, found a value that is not shown'],
  'people-tokens-name-bad-value': ['3:13 name: must have at least 1 character, found ""'],
  'people-tokens-name-missing-key': ['3:7 name: is missing, must be text'],
  'people-tokens-name-wrong-type': ['3:13 name: must be text, found 7 (put it in quotes)'],
  'people-tokens-role-bad-value': ['5:13 role: must be one of admin, read, found "nonsense"'],
  'people-tokens-token-bad-value': [
    '4:14 token: must have at least 8 characters, found a value that is not shown',
  ],
  'people-tokens-token-missing-key': ['3:7 token: is missing, must be text'],
  'people-tokens-token-wrong-type': [
    '4:14 token: must be text, found a value that is not shown (put it in quotes)',
  ],
  'people-tokens-unknown-key': ['5:7 surplus: is not a known key (known here: name, token, role)'],
  'people-tokens-wrong-type': ['2:11 tokens: must be a list, found a value that is not shown'],
  'people-unknown-key': ['2:3 surplus: is not a known key (known here: tokens, longestSilence, linkSecret)'],
  'people-wrong-type': ['1:9 people: must be a map, found "much"'],
  'metrics-labels-own-name': [
    '2:18 labels[1]: must be another name than node, limit, quantile, which the series have anyway, found "node"',
  ],
  'metrics-labels-wrong-type': ['2:11 labels: must be a list, found "much"'],
  'metrics-nodes-wrong-type': ['2:10 nodes: must be true or false, found "much"'],
  'metrics-unknown-key': ['2:3 surplus: is not a known key (known here: nodes, labels)'],
  'metrics-wrong-type': ['1:10 metrics: must be a map, found "much"'],
  'receive-limits-body-bytes-bad-value': ['3:16 bodyBytes: must be more than 0, found -1'],
  'receive-limits-body-bytes-wrong-type': ['3:16 bodyBytes: must be a number, found "much"'],
  'receive-limits-decompressed-bytes-bad-value': ['3:24 decompressedBytes: must be more than 0, found -1'],
  'receive-limits-decompressed-bytes-wrong-type': ['3:24 decompressedBytes: must be a number, found "much"'],
  'receive-limits-future-ms-bad-value': ['3:15 futureMs: must be more than 0, found -1'],
  'receive-limits-future-ms-wrong-type': ['3:15 futureMs: must be a number, found "much"'],
  'receive-limits-label-length-bad-value': ['3:18 labelLength: must be more than 0, found -1'],
  'receive-limits-label-length-wrong-type': ['3:18 labelLength: must be a number, found "much"'],
  'receive-limits-label-sets-bad-value': ['3:16 labelSets: must be more than 0, found -1'],
  'receive-limits-label-sets-wrong-type': ['3:16 labelSets: must be a number, found "much"'],
  'receive-limits-labels-per-node-bad-value': ['3:20 labelsPerNode: must be more than 0, found -1'],
  'receive-limits-labels-per-node-wrong-type': ['3:20 labelsPerNode: must be a number, found "much"'],
  'receive-limits-node-name-length-bad-value': ['3:21 nodeNameLength: must be more than 0, found -1'],
  'receive-limits-node-name-length-wrong-type': ['3:21 nodeNameLength: must be a number, found "much"'],
  'receive-limits-nodes-bad-value': ['3:12 nodes: must be more than 0, found -1'],
  'receive-limits-nodes-wrong-type': ['3:12 nodes: must be a number, found "much"'],
  'receive-limits-reported-refusals-bad-value': ['3:23 reportedRefusals: must be more than 0, found -1'],
  'receive-limits-reported-refusals-wrong-type': ['3:23 reportedRefusals: must be a number, found "much"'],
  'receive-limits-unknown-key': [
    '3:5 surplus: is not a known key (known here: bodyBytes, decompressedBytes, nodes, labelsPerNode, labelSets, labelLength, nodeNameLength, futureMs, reportedRefusals)',
  ],
  'receive-limits-wrong-type': ['2:11 limits: must be a map, found "much"'],
  'receive-names-wrong-type': ['2:10 names: must be a list, found "much"'],
  'receive-tokens-entry-wrong-type': ['3:7 tokens[0]: must be a map, found a value that is not shown'],
  'receive-tokens-name-bad-value': ['3:13 name: must have at least 1 character, found ""'],
  'receive-tokens-name-missing-key': ['3:7 name: is missing, must be text'],
  'receive-tokens-name-wrong-type': ['3:13 name: must be text, found 7 (put it in quotes)'],
  'receive-tokens-token-bad-value': [
    '4:14 token: must have at least 8 characters, found a value that is not shown',
  ],
  'receive-tokens-token-missing-key': ['3:7 token: is missing, must be text'],
  'receive-tokens-token-wrong-type': [
    '4:14 token: must be text, found a value that is not shown (put it in quotes)',
  ],
  'receive-tokens-unknown-key': ['5:7 surplus: is not a known key (known here: name, token)'],
  'receive-tokens-wrong-type': ['2:11 tokens: must be a list, found a value that is not shown'],
  'receive-unknown-key': ['2:3 surplus: is not a known key (known here: limits, tokens, names)'],
  'receive-wrong-type': ['1:10 receive: must be a map, found "much"'],
  'rules-folder-bad-value': ['2:11 folder: must have at least 1 character, found ""'],
  'rules-folder-wrong-type': ['2:11 folder: must be text, found 7 (put it in quotes)'],
  'rules-unknown-key': ['2:3 surplus: is not a known key (known here: folder)'],
  'rules-wrong-type': ['1:8 rules: must be a map, found "much"'],
  'store-commit-interval-bad-unit': ['2:19 commitInterval: must be a duration such as 25ms, found 7'],
  'store-folder-bad-value': ['2:11 folder: must have at least 1 character, found ""'],
  'store-folder-wrong-type': ['2:11 folder: must be text, found 7 (put it in quotes)'],
  'store-memory-limit-bad-unit': [
    '2:16 memoryLimit: must be a size of at least 32MiB such as 96MiB, found 7',
  ],
  'store-memory-limit-small': [
    '1:23 memoryLimit: must be a size of at least 32MiB such as 96MiB, found "1MiB"',
  ],
  'store-partition-bad-unit': ['2:14 partition: must be a duration such as 1h, found 7'],
  'store-queue-rows-bad-value': ['2:14 queueRows: must be at least 1000, found -1'],
  'store-queue-rows-wrong-type': ['2:14 queueRows: must be a number, found "much"'],
  'store-retention-bad-unit': ['2:14 retention: must be a duration such as 30d, found 7'],
  'store-retention-words': ['1:21 retention: must be a duration such as 30d, found "30 days"'],
  'store-retention-zero': ['1:21 retention: must be a duration such as 30d, found "0s"'],
  'store-threads-bad-value': ['2:12 threads: must be at least 1, found -1'],
  'store-threads-wrong-type': ['2:12 threads: must be a number, found "much"'],
  'store-unknown-key': [
    '2:3 surplus: is not a known key (known here: kind, folder, retention, partition, commitInterval, queueRows, memoryLimit, threads, url, token, measurement, timeout, queueSize, org, bucket, writeUrl, tenant, user, password)',
  ],
  'store-wrong-type': ['1:8 store: must be a map, found "much"'],
  'tokens-twice': [
    '2:38 token: must not be a token that is given to another holder, found a value that is not shown (give each holder a token of its own)',
  ],
  'top-list': ['1:1 must be a map, found a list'],
  'top-text': ['1:1 must be a map, found "log"'],
  'top-unknown-key': [
    '1:1 surplus: is not a known key (known here: listen, store, receive, notify, rules, people, metrics, log)',
  ],
  'variable-missing': [
    '1:18 folder: takes the variable HEADROOM_UNSET of the environment, which is not set (set HEADROOM_UNSET, or write ${HEADROOM_UNSET:-default})',
  ],
  'variable-open': [
    '1:18 folder: must write a variable as ${NAME} or ${NAME:-default}, found ${HEADROOM_UNSET (write $${ for the characters themselves)',
  ],
  'variable-unquoted': [
    '1:18 this cannot stand here in YAML (inside { } or [ ], put a value with a variable in quotes)',
  ],
  'webhook-header-name': ['7:18 x team: must be a header name'],
  'webhook-headers-any-bad-value': [
    '8:17 x-team: must be plain characters on one line, found a value that is not shown',
  ],
  'webhook-headers-any-wrong-type': [
    '8:17 x-team: must be text, found a value that is not shown (put it in quotes)',
  ],
  'webhook-headers-wrong-type': ['7:16 headers: must be a map, found a value that is not shown'],
  'webhook-private-addresses-wrong-type': ['7:25 privateAddresses: must be true or false, found "much"'],
  'webhook-secret-missing-key': ['4:7 secret: is missing, must be text'],
  'webhook-secret-plain': [
    '3:72 secret: must be whsec_ and base64, as `openssl rand -base64 32` makes it, found a value that is not shown',
    '3:72 secret: must hold a key of 24 to 64 bytes, found a value that is not shown',
  ],
  'webhook-secret-short': ['3:72 secret: must hold a key of 24 to 64 bytes, found a value that is not shown'],
  'webhook-secret-wrong-type': [
    '6:15 secret: must be text, found a value that is not shown (put it in quotes)',
  ],
  'webhook-timeout-bad-unit': ['7:16 timeout: must be a duration such as 15s, found 7'],
  'webhook-unknown-key': [
    '7:7 surplus: is not a known key (known here: type, url, secret, headers, timeout, privateAddresses)',
  ],
  'webhook-url-bad-value': [
    '5:12 url: must be an address such as https://hooks.example.org/headroom, found a value that is not shown',
  ],
  'webhook-url-missing-key': [
    '4:7 url: is missing, must be an address such as https://hooks.example.org/headroom',
  ],
  'webhook-url-wrong-type': [
    '5:12 url: must be an address such as https://hooks.example.org/headroom, found a value that is not shown',
  ],
  'yaml-alias-loop': [
    '1:20 stands inside of &log, which it repeats: that never ends (write out what is meant)',
  ],
  'yaml-alias-loose': [
    '1:6 no anchor &level stands before this alias (put the value in quotes if it is meant as text: "*level")',
  ],
  'yaml-key-twice': ['2:1 this key is there twice (keep one of them)'],
  'yaml-open': [
    '2:1 a bracket that was opened is not closed before this, or this line is indented wrongly (close the bracket, or indent the line like its neighbours)',
  ],
  'yaml-second-document': ['2:1 a second document begins here (put it into a file of its own)'],
  'yaml-tab': ['2:1 a tab indents this line (indent by spaces)'],
};
