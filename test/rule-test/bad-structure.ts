/**
 * Findings of each file in test/fixtures/rule-tests/bad, as line:column field: message (cure). A new key of the schema
 * brings one file for each way in which it can be wrong, and its lines.
 */
export const BAD_STRUCTURE: Readonly<Record<string, readonly string[]>> = {
  'top-unknown-key': ['5:1 surplus: is not a known key (known here: rules, interval, tests)'],
  'rules-wrong-type': ['5:8 rules: must be the name of a rule file, or a list of them, found 7'],
  'interval-bad-unit': [
    '5:11 interval: must be a duration such as 15s, found "much" (write a number and its unit without a space: 90s, 5m, 1h30m, 2d)',
  ],
  'tests-wrong-type': ['1:8 tests: must be a list of tests, found "much"'],
  'tests-bad-value': ['1:8 tests: must have at least one test, found a list'],
  'case-wrong-type': ['1:10 tests[0]: must be a map, found "much"'],
  'case-unknown-key': ['5:5 surplus: is not a known key (known here: name, interval, seed, input, expect)'],
  'case-name-wrong-type': ['2:11 name: must be the name of the test, in words, found 7'],
  'case-name-bad-value': ['2:11 name: must be the name of the test, in words, found ""'],
  'case-name-missing-key': ['2:5 name: is missing, must be the name of the test, in words'],
  'case-interval-bad-unit': [
    '5:15 interval: must be a duration such as 15s, found "much" (write a number and its unit without a space: 90s, 5m, 1h30m, 2d)',
  ],
  'case-seed-wrong-type': ['5:11 seed: must be a whole number, found "much"'],
  'case-seed-bad-value': ['5:11 seed: must be a whole number, found 1e+300'],
  'case-input-wrong-type': [
    '3:12 input: must be a map of nodes, such as { r-1: { rss: 400MiB x 240 } }, found "much"',
  ],
  'case-input-any-wrong-type': [
    '3:19 r-1: must be a map with series, such as { rss: 400MiB + 1MiB x 240 }, found "much"',
  ],
  'case-input-any-unknown-key': [
    '3:34 surplus: is not a known key (known here: labels, age, rss, memory_limit, heap_used, heap_after_gc, heap_limit, gc_pause_total, gc_count, ready, requests_total, trace, traceNode)',
  ],
  'case-input-any-labels-wrong-type': [
    '3:42 labels: must be a map of labels, such as { pool: edge }, found "much"',
  ],
  'case-input-any-labels-any-wrong-type': ['3:50 team: must be text, found 7 (put it in quotes: "7")'],
  'case-input-any-age-bad-unit': [
    '3:39 age: must be a duration such as 3h, found "much" (write a number and its unit without a space: 90s, 5m, 1h30m, 2d)',
  ],
  'case-input-any-rss-wrong-type': ['3:26 rss: must be a series such as 400MiB + 1MiB x 240, found 7'],
  'case-input-any-memory-limit-wrong-type': [
    '3:48 memory_limit: must be a series such as 400MiB + 1MiB x 240, found 7',
  ],
  'case-input-any-heap-used-wrong-type': [
    '3:45 heap_used: must be a series such as 400MiB + 1MiB x 240, found 7',
  ],
  'case-input-any-heap-after-gc-wrong-type': [
    '3:49 heap_after_gc: must be a series such as 400MiB + 1MiB x 240, found 7',
  ],
  'case-input-any-heap-limit-wrong-type': [
    '3:46 heap_limit: must be a series such as 400MiB + 1MiB x 240, found 7',
  ],
  'case-input-any-gc-pause-total-wrong-type': [
    '3:50 gc_pause_total: must be a series such as 0s + 300ms x 240, found 7',
  ],
  'case-input-any-gc-count-wrong-type': [
    '3:44 gc_count: must be a series such as 0 + 100 x 240, found a list',
  ],
  'case-input-any-ready-wrong-type': ['3:41 ready: must be a series such as 1 x 240, found 7'],
  'case-input-any-requests-total-wrong-type': [
    '3:50 requests_total: must be a series such as 0 + 100 x 240, found a list',
  ],
  'case-input-any-trace-wrong-type': [
    '3:28 trace: must be the name of a trace file, such as traces/leak.csv, found 7',
  ],
  'case-input-any-trace-bad-value': [
    '3:28 trace: must be the name of a trace file, such as traces/leak.csv, found "much"',
  ],
  'case-input-any-trace-node-wrong-type': ['3:46 traceNode: must be text, found 7 (put it in quotes)'],
  'case-input-any-trace-node-bad-value': ['3:46 traceNode: must have at least 1 character, found ""'],
  'case-input-missing-key': [
    '2:5 input: is missing, must be a map of nodes, such as { r-1: { rss: 400MiB x 240 } }',
  ],
  'case-expect-wrong-type': ['4:13 expect: must be a list of expectations, found "much"'],
  'case-expect-bad-value': [
    '4:13 expect: must have at least one expectation, found a list (write - never: "*", or - { at: 45m, alert: RssGrowing })',
  ],
  'case-expect-entry-wrong-type': [
    '4:15 expect[0]: must be a map such as { at: 45m, alert: RssGrowing }, found "much"',
  ],
  'case-expect-entry-unknown-key': [
    '4:38 surplus: is not a known key (known here: at, between, alert, alerts, never, node, state, cause, probability, breach_p50, severity, message)',
  ],
  'case-expect-entry-at-bad-unit': [
    '4:21 at: must be a duration such as 45m, found "much" (write a number and its unit without a space: 90s, 5m, 1h30m, 2d)',
  ],
  'case-expect-entry-between-wrong-type': [
    '4:39 between: must be two times of the test, such as [2h, 3h], found "much"',
  ],
  'case-expect-entry-between-bad-value': [
    '4:39 between: must be two times of the test, such as [2h, 3h], found a list',
  ],
  'case-expect-entry-alert-wrong-type': ['4:32 alert: must be the name of an alert, found 7'],
  'case-expect-entry-alert-bad-value': ['4:32 alert: must be the name of an alert, found ""'],
  'case-expect-entry-alerts-wrong-type': [
    '4:33 alerts: must be a list of alerts, such as [{ alert: RssGrowing }], or [], found "much"',
  ],
  'case-expect-entry-alerts-entry-wrong-type': ['4:35 alerts[0]: must be a map, found "much"'],
  'case-expect-entry-alerts-entry-unknown-key': [
    '4:50 surplus: is not a known key (known here: alert, node, state, cause, probability, breach_p50, severity, message)',
  ],
  'case-expect-entry-alerts-entry-alert-wrong-type': ['4:44 alert: must be the name of an alert, found 7'],
  'case-expect-entry-alerts-entry-alert-bad-value': ['4:44 alert: must be the name of an alert, found ""'],
  'case-expect-entry-alerts-entry-alert-missing-key': [
    '4:35 alert: is missing, must be the name of an alert',
  ],
  'case-expect-entry-alerts-entry-node-wrong-type': ['4:56 node: must be the name of a node, found 7'],
  'case-expect-entry-alerts-entry-node-bad-value': ['4:56 node: must be the name of a node, found ""'],
  'case-expect-entry-alerts-entry-state-bad-value': [
    '4:57 state: must be one of pending, firing, found "much"',
  ],
  'case-expect-entry-alerts-entry-cause-bad-value': [
    '4:57 cause: must be one of leak, native, load, gc, version, none, found "much"',
  ],
  'case-expect-entry-alerts-entry-probability-wrong-type': [
    '4:63 probability: must be a comparison such as at least 80%, ">= 0.8", below 20% or 80% to 95%, found 7 (write at least 7%, or below 7%)',
  ],
  'case-expect-entry-alerts-entry-breach-p50-wrong-type': [
    '4:62 breach_p50: must be two times of the test, such as [2h, 3h], found "much"',
  ],
  'case-expect-entry-alerts-entry-breach-p50-bad-value': [
    '4:62 breach_p50: must be two times of the test, such as [2h, 3h], found a list',
  ],
  'case-expect-entry-alerts-entry-severity-wrong-type': [
    '4:60 severity: must be text, found 7 (put it in quotes)',
  ],
  'case-expect-entry-alerts-entry-severity-bad-value': [
    '4:60 severity: must have at least 1 character, found ""',
  ],
  'case-expect-entry-alerts-entry-message-wrong-type': ['4:59 message: must be a map, found "much"'],
  'case-expect-entry-alerts-entry-message-unknown-key': [
    '4:70 surplus: is not a known key (known here: subject, text)',
  ],
  'case-expect-entry-alerts-entry-message-subject-wrong-type': [
    '4:70 subject: must be text, a regular expression between slashes, or a list of them, found 7',
  ],
  'case-expect-entry-alerts-entry-message-text-wrong-type': [
    '4:67 text: must be text, a regular expression between slashes, or a list of them, found 7',
  ],
  'case-expect-entry-never-wrong-type': [
    '4:24 never: must be the name of an alert, "*" for all of them, or a list of names, found 7',
  ],
  'case-expect-entry-node-wrong-type': ['4:44 node: must be the name of a node, found 7'],
  'case-expect-entry-node-bad-value': ['4:44 node: must be the name of a node, found ""'],
  'case-expect-entry-state-bad-value': [
    '4:45 state: must be one of pending, firing, resolved, inactive, found "much"',
  ],
  'case-expect-entry-cause-bad-value': [
    '4:45 cause: must be one of leak, native, load, gc, version, none, found "much"',
  ],
  'case-expect-entry-probability-wrong-type': [
    '4:51 probability: must be a comparison such as at least 80%, ">= 0.8", below 20% or 80% to 95%, found 7 (write at least 7%, or below 7%)',
  ],
  'case-expect-entry-breach-p50-wrong-type': [
    '4:50 breach_p50: must be two times of the test, such as [2h, 3h], found "much"',
  ],
  'case-expect-entry-breach-p50-bad-value': [
    '4:50 breach_p50: must be two times of the test, such as [2h, 3h], found a list',
  ],
  'case-expect-entry-severity-wrong-type': ['4:48 severity: must be text, found 7 (put it in quotes)'],
  'case-expect-entry-severity-bad-value': ['4:48 severity: must have at least 1 character, found ""'],
  'case-expect-entry-message-wrong-type': ['4:47 message: must be a map, found "much"'],
  'case-expect-entry-message-unknown-key': ['4:58 surplus: is not a known key (known here: subject, text)'],
  'case-expect-entry-message-subject-wrong-type': [
    '4:58 subject: must be text, a regular expression between slashes, or a list of them, found 7',
  ],
  'case-expect-entry-message-text-wrong-type': [
    '4:55 text: must be text, a regular expression between slashes, or a list of them, found 7',
  ],
  'case-expect-missing-key': ['2:5 expect: is missing, must be a list of expectations'],
  'tests-missing-key': ['1:1 tests: is missing, must be a list of tests'],
};
