/**
 * Findings of each file in test/fixtures/rules/bad, as line:column field: message (cure). A new way of being wrong brings
 * one file and its lines.
 */
export const BAD_RULES: Readonly<Record<string, readonly string[]>> = {
  'absent-forget-early': [
    '5:38 forget: must be longer than after, found "1h" (otherwise the alert could never fire)',
  ],
  'absent-null': ['5:16 absent: must be a map, found nothing'],
  'alert-long': [
    '4:18 alert: must be a name of letters, digits, - and _, such as MemoryBreachPredicted, found "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA…"',
  ],
  'alert-missing': [
    '4:9 alert: is missing, must be a name of letters, digits, - and _, such as MemoryBreachPredicted',
  ],
  'alert-twice': [
    '6:16 alert: "A" is the name of another rule already, at FILE:4 (give each rule a name of its own)',
  ],
  'alert-with-space': [
    '4:16 alert: must be a name of letters, digits, - and _, such as MemoryBreachPredicted, found "memory breach"',
  ],
  'comments-only': ['1:1 the file is empty (begin with `groups:`)'],
  empty: ['1:1 the file is empty (begin with `groups:`)'],
  'for-bare-number': [
    '6:14 for: must be a duration such as 5m, found 300 (a bare number has no unit: write 300s, 300m or 300h)',
  ],
  'for-negative': [
    '4:51 for: must be a duration such as 5m, found "-5m" (write a number and its unit without a space: 90s, 5m, 1h30m, 2d)',
  ],
  'for-words': [
    '6:14 for: must be a duration such as 5m, found "5 minutes" (write a number and its unit without a space: 90s, 5m, 1h30m, 2d)',
  ],
  'forecast-of-missing': ['5:19 of: is missing, must be one of rss, heap, heap_used, heap_after_gc'],
  'forecast-of-unknown': [
    '5:25 of: must be one of rss, heap, heap_used, heap_after_gc, found "rsss" (did you mean `rss`?)',
  ],
  'forecast-probability-percent': [
    '5:43 probability: must be a share such as 80% or 0.8, found 80 (did you mean 80%?)',
  ],
  'forecast-probability-zero': [
    '5:43 probability: must be a share such as 80% or 0.8, found "0%" (a share lies above 0% and at most at 100%)',
  ],
  'forecast-reaches-number': [
    '5:39 reaches: must be a limit, a share of one, or a size, found 512 (a bare number has no unit: write 512MiB or 512GiB)',
  ],
  'forecast-reaches-over': [
    '5:39 reaches: must be a limit, a share of one, or a size, found "120% of memory_limit" (a share lies above 0% and at most at 100%)',
  ],
  'forecast-reaches-percent': [
    '5:39 reaches: must be a limit, a share of one, or a size, found "90%" (say of what: 90% of memory_limit)',
  ],
  'forecast-soon-later': [
    '5:58 within: must be shorter than within of the rule, found "1h" (write a shorter time, such as 30m)',
  ],
  'forecast-within-zero': ['5:38 within: must be a duration such as 2h, more than zero, found "0s"'],
  'forecast-wrong-limit': ['5:39 reaches: must be a level of rss, found "heap_limit" (write memory_limit)'],
  'gc-rising-text': ['5:40 rising: must be true or false, found "sometimes"'],
  'gc-share-number': ['5:27 pauseShare: must be a share such as 10% or 0.1, found 10 (did you mean 10%?)'],
  'gc-share-over': [
    '4:39 pauseShare: must be a share such as 10% or 0.1, found "110%" (a share lies above 0% and at most at 100%)',
  ],
  'group-name-bad-value': ['2:11 name: must be a name of letters, digits, spaces, - and _, found "!"'],
  'group-name-missing': ['2:5 name: is missing, must be a name of letters, digits, spaces, - and _'],
  'group-name-wrong-type': ['2:11 name: must be a name of letters, digits, spaces, - and _, found 7'],
  'group-nodes-any-wrong-type': [
    '8:13 team: must be text, in which * stands for anything, or a list of such texts, found 7 (put it in quotes: "7")',
  ],
  'group-nodes-wrong-type': ['7:12 nodes: must be a map of labels, such as { role: router }, found "much"'],
  'group-rules-wrong-type': ['3:12 rules: must be a list of rules, found "much"'],
  'group-unknown-key': ['7:5 surplus: is not a known key (known here: name, nodes, rules)'],
  'group-wrong-type': ['2:5 groups[0]: must be a map, found "much"'],
  'groups-map': ['2:3 groups: must be a list of groups, found a map'],
  'groups-missing-key': ['1:1 groups: is missing, must be a list of groups'],
  'growth-rate-limitless': [
    '5:37 atLeast: must be a rate such as 20MiB per hour or 1% of heap_limit per hour, found "1% per hour" (say of which limit: 1% of heap_limit per hour)',
  ],
  'growth-rate-missing': [
    '5:17 atLeast: is missing, must be a rate such as 20MiB per hour or 1% of heap_limit per hour (write 20MiB per hour)',
  ],
  'growth-rate-number': [
    '5:37 atLeast: must be a rate such as 20MiB per hour or 1% of heap_limit per hour, found 20 (a bare number has no unit: write 20MiB per hour)',
  ],
  'growth-rate-timeless': [
    '5:37 atLeast: must be a rate such as 20MiB per hour or 1% of heap_limit per hour, found "20MiB" (say in which time: 20MiB per hour)',
  ],
  'growth-rate-unit': [
    '5:37 atLeast: must be a rate such as 20MiB per hour or 1% of heap_limit per hour, found "20MiB per fortnight" (the time is one of second, minute, hour, day, week)',
  ],
  'keep-firing-zero': [
    '6:21 keepFiring: must be a duration such as 10m, found 0 (a bare number has no unit: write 0s)',
  ],
  'key-of-kind-unknown': ['5:30 withn: is not a known key (did you mean `within`?)'],
  'key-unknown': ['6:9 severty: is not a known key (did you mean `severity`?)'],
  'key-unknown-far': [
    '6:9 colour: is not a known key (known here: alert, forecast, growth, gc, readiness, absent, fleet, for, keepFiring, severity, runbook, summary, nodes, labels)',
  ],
  'kind-fleet': ['5:16 fleet: fleet rules are not available in this version (take this rule out)'],
  'kind-missing': [
    '4:9 rules[0]: must have exactly one of forecast, growth, gc, readiness, absent, found none',
  ],
  'kind-twice': [
    '4:9 rules[0]: must have exactly one of forecast, growth, gc, readiness, absent, found forecast and gc',
  ],
  'kind-unknown': [
    '4:9 rules[0]: must have exactly one of forecast, growth, gc, readiness, absent, found none',
    '5:9 forcast: is not a known key (did you mean `forecast`?)',
  ],
  'label-number': ['6:25 tier: must be text, found 1 (put it in quotes: "1")'],
  'no-rule': ['1:1 there is no rule in the whole set (write at least one)'],
  'nodes-list-empty': [
    '3:20 pool: must be text, in which * stands for anything, or a list of such texts, found a list',
  ],
  'nodes-list-number': [
    '6:24 tier: must be text, in which * stands for anything, or a list of such texts, found a list (put it in quotes: "1")',
  ],
  'nodes-number': [
    '6:24 tier: must be text, in which * stands for anything, or a list of such texts, found 1 (put it in quotes: "1")',
  ],
  'nodes-star-unquoted': ['6:24 a plain `*` or `&` begins a YAML alias or anchor (put the value in quotes)'],
  'nodes-text': ['6:16 nodes: must be a map of labels, such as { role: router }, found "router"'],
  'nodes-value-empty': ['3:20 pool: must not be empty; leave the label out to match any value, found ""'],
  'readiness-empty': [
    '5:20 readiness: must have notReady, flaps or both (write { notReady: 2m }, or { flaps: 6, within: 30m })',
  ],
  'readiness-flaps-half': ['5:29 flaps: must be a whole number of changes, such as 6, found 2.5'],
  'readiness-flaps-one': ['5:29 flaps: must be at least 2 changes, found 1'],
  'readiness-within-alone': [
    '5:44 within: needs flaps beside it, found "5m" (add flaps: 6, or take within away)',
  ],
  'rule-absent-after-bad-unit': [
    '6:18 after: must be a duration such as 5m, found 7 (a bare number has no unit: write 7s, 7m or 7h)',
  ],
  'rule-absent-after-missing-key': [
    '5:17 after: is missing, must be a duration such as 5m (write a number and its unit without a space: 90s, 5m, 1h30m, 2d)',
  ],
  'rule-absent-forget-bad-unit': [
    '7:19 forget: must be a duration such as 1d, found 7 (a bare number has no unit: write 7s, 7m or 7h)',
  ],
  'rule-absent-unknown-key': ['7:11 surplus: is not a known key (known here: after, forget)'],
  'rule-alert-wrong-type': [
    '4:16 alert: must be a name of letters, digits, - and _, such as MemoryBreachPredicted, found 7',
  ],
  'rule-forecast-soon-probability-bad-unit': [
    '9:26 probability: must be a share such as 40% or 0.4, found 7 (did you mean 7%?)',
  ],
  'rule-forecast-soon-probability-missing-key': [
    '8:13 probability: is missing, must be a share such as 40% or 0.4',
  ],
  'rule-forecast-soon-unknown-key': ['10:13 surplus: is not a known key (known here: within, probability)'],
  'rule-forecast-soon-within-bad-unit': [
    '8:21 within: must be a duration such as 30m, found 7 (a bare number has no unit: write 7s, 7m or 7h)',
  ],
  'rule-forecast-soon-within-missing-key': [
    '8:13 within: is missing, must be a duration such as 30m (write a number and its unit without a space: 90s, 5m, 1h30m, 2d)',
  ],
  'rule-forecast-soon-wrong-type': ['7:17 soon: must be a map, found "much"'],
  'rule-forecast-wrong-type': ['5:19 forecast: must be a map, found "much"'],
  'rule-gc-over-bad-unit': [
    '7:17 over: must be a duration such as 10m, found 7 (a bare number has no unit: write 7s, 7m or 7h)',
  ],
  'rule-gc-pause-share-missing-key': ['5:13 pauseShare: is missing, must be a share such as 10% or 0.1'],
  'rule-gc-unknown-key': ['7:11 surplus: is not a known key (known here: pauseShare, rising, over)'],
  'rule-gc-wrong-type': ['5:13 gc: must be a map, found "much"'],
  'rule-growth-of-bad-value': [
    '6:15 of: must be one of heap_after_gc, heap, heap_used, rss, found "nonsense"',
  ],
  'rule-growth-of-missing-key': ['6:11 of: is missing, must be one of heap_after_gc, heap, heap_used, rss'],
  'rule-growth-over-bad-unit': [
    '8:17 over: must be a duration such as 6h, found 7 (a bare number has no unit: write 7s, 7m or 7h)',
  ],
  'rule-growth-unknown-key': ['8:11 surplus: is not a known key (known here: of, atLeast, over)'],
  'rule-growth-wrong-type': ['5:17 growth: must be a map, found "much"'],
  'rule-labels-wrong-type': ['7:17 labels: must be a map of labels, such as { team: edge }, found "much"'],
  'rule-readiness-not-ready-bad-unit': [
    '6:21 notReady: must be a duration such as 2m, found 7 (a bare number has no unit: write 7s, 7m or 7h)',
  ],
  'rule-readiness-unknown-key': ['7:11 surplus: is not a known key (known here: notReady, flaps, within)'],
  'rule-readiness-within-bad-unit': [
    '7:19 within: must be a duration such as 30m, found 7 (a bare number has no unit: write 7s, 7m or 7h)',
  ],
  'rule-readiness-wrong-type': ['5:20 readiness: must be a map, found "much"'],
  'rule-runbook-wrong-type': [
    '7:18 runbook: must be an address such as https://runbooks.example/memory, or a path such as docs/runbooks/memory.md, found 7',
  ],
  'rule-severity-wrong-type': [
    '7:19 severity: must be a lower-case word such as page, ticket or info, found 7',
  ],
  'rule-summary-bad-value': ['7:18 summary: must have at least 1 character, found ""'],
  'rule-text': ['4:9 rules[0]: must be a map, found "MemoryBreachPredicted"'],
  'rules-missing': ['2:5 rules: is missing, must be a list of rules'],
  'runbook-words': [
    '6:18 runbook: must be an address such as https://runbooks.example/memory, or a path such as docs/runbooks/memory.md, found "ask Jim"',
  ],
  several: [
    '5:39 reaches: must be a level of rss, found "heap_limit" (write memory_limit)',
    '5:59 within: must be a duration such as 2h, found 2 (a bare number has no unit: write 2s, 2m or 2h)',
    '5:75 probability: must be a share such as 80% or 0.8, found 80 (did you mean 80%?)',
    '6:14 for: must be a duration such as 5m, found "5 minutes" (write a number and its unit without a space: 90s, 5m, 1h30m, 2d)',
    '7:9 severty: is not a known key (did you mean `severity`?)',
  ],
  'severity-capital': [
    '6:19 severity: must be a lower-case word such as page, ticket or info, found "PAGE!"',
  ],
  'severity-empty': ['6:18 severity: must be a lower-case word such as page, ticket or info, found nothing'],
  'summary-list': ['6:18 summary: must be text, found a list'],
  'summary-long': [
    '4:55 summary: must have at most 500 characters, found "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…"',
  ],
  'top-level-list': ['1:1 must be a map with the key groups, found a list (begin with `groups:`)'],
  'top-text': ['1:1 must be a map with the key groups, found "groups" (begin with `groups:`)'],
  'top-unknown-key': ['7:1 surplus: is not a known key (known here: groups)'],
  'yaml-alias-loop': [
    '3:12 stands inside of &g, which it repeats: that never ends (write out what is meant)',
  ],
  'yaml-alias-loose': [
    '6:16 no anchor &routers stands before this alias (put the value in quotes if it is meant as text: "*routers")',
  ],
  'yaml-alias-many': ['1:1 has aliases of aliases that multiply beyond all bounds (write the values out)'],
  'yaml-brackets-deep': [
    '2:1 a bracket that was opened is not closed before this, or this line is indented wrongly (close the bracket, or indent the line like its neighbours)',
  ],
  'yaml-key-twice': ['7:9 this key is there twice (keep one of them)'],
  'yaml-quote-open': ['4:1 a quote that was opened is not closed (close it)'],
  'yaml-second-document': ['6:1 a second document begins here (put it into a file of its own)'],
  'yaml-tab': ['2:1 a tab indents this line (indent by spaces)'],
};
