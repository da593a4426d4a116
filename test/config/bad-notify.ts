/** As BAD_CONFIGS, of the files whose name begins with `notify`. */
export const BAD_NOTIFY: Readonly<Record<string, readonly string[]>> = {
  'notify-channel-name-space': ['1:23 on call: must be letters, digits, _ and -, at most 64'],
  'notify-channels-any-wrong-type': ['3:11 chat: must be a map, found "much"'],
  'notify-channels-type-unknown': [
    '4:13 type: must be one of console, email, webhook, slack, pagerduty, alertmanager, alertmanager-webhook, found "pigeon"',
  ],
  'notify-channels-wrong-type': ['2:13 channels: must be a map, found "much"'],
  'notify-external-url-bad-value': [
    '2:16 externalUrl: must be an address such as https://headroom.example.org, found "!"',
  ],
  'notify-external-url-wrong-type': [
    '2:16 externalUrl: must be an address such as https://headroom.example.org, found 7',
  ],
  'notify-heartbeat-every-bad-unit': ['4:12 every: must be a duration such as 1m, found "much"'],
  'notify-heartbeat-every-zero': ['2:61 every: must be a duration such as 1m, found "0s"'],
  'notify-heartbeat-method-bad-value': ['4:13 method: must be one of GET, POST, HEAD, found "much"'],
  'notify-heartbeat-timeout-bad-unit': ['4:14 timeout: must be a duration such as 1m, found "much"'],
  'notify-heartbeat-unknown-key': [
    '4:5 surplus: is not a known key (known here: url, every, method, timeout)',
  ],
  'notify-heartbeat-url-bad-value': [
    '3:10 url: must be an address such as https://hc.example.org/ping/ID, found a value that is not shown',
  ],
  'notify-heartbeat-url-missing-key': [
    '2:14 url: is missing, must be an address such as https://hc.example.org/ping/ID',
  ],
  'notify-heartbeat-url-wrong-type': [
    '3:10 url: must be an address such as https://hc.example.org/ping/ID, found a value that is not shown',
  ],
  'notify-heartbeat-wrong-type': ['2:14 heartbeat: must be a map, found "much"'],
  'notify-inhibit-matcher-empty': [
    '3:27 source_matchers[0]: must be a matcher such as severity="page", found ""',
  ],
  'notify-inhibit-rules-entry-equal-wrong-type': ['7:14 equal: must be a list, found "much"'],
  'notify-inhibit-rules-entry-source-matchers-missing-key': [
    '3:7 source_matchers: is missing, must be a list of matchers, such as [\'severity="page"\']',
  ],
  'notify-inhibit-rules-entry-source-matchers-wrong-type': [
    '3:24 source_matchers: must be a list of matchers, such as [\'severity="page"\'], found "much"',
  ],
  'notify-inhibit-rules-entry-target-matchers-missing-key': [
    '3:7 target_matchers: is missing, must be a list of matchers, such as [\'severity="page"\']',
  ],
  'notify-inhibit-rules-entry-target-matchers-wrong-type': [
    '5:24 target_matchers: must be a list of matchers, such as [\'severity="page"\'], found "much"',
  ],
  'notify-inhibit-rules-entry-unknown-key': [
    '7:7 surplus: is not a known key (known here: source_matchers, target_matchers, equal)',
  ],
  'notify-inhibit-rules-entry-wrong-type': ['3:7 inhibit_rules[0]: must be a map, found "much"'],
  'notify-inhibit-rules-wrong-type': ['2:18 inhibit_rules: must be a list, found "much"'],
  'notify-route-active-time-intervals-wrong-type': [
    '3:28 active_time_intervals: must be a list, found "much"',
  ],
  'notify-route-below-key-slip': ['6:15 reciever: is not a known key (did you mean `receiver`?)'],
  'notify-route-below-receiver-unknown': [
    '6:25 receiver: must be one of mail, phone, found "chat" (correct it, or add it to notify.channels)',
  ],
  'notify-route-group-by-wrong-type': ['3:15 group_by: must be a list, found "much"'],
  'notify-route-group-interval-bad-unit': [
    '3:21 group_interval: must be a duration such as 30s, 5m or 4h, found "much"',
  ],
  'notify-route-group-wait-bad-unit': [
    '3:17 group_wait: must be a duration such as 30s, 5m or 4h, found "much"',
  ],
  'notify-route-interval-slip': [
    '5:33 mute_time_intervals[0]: must be one of nights, found "night" (did you mean `nights`?)',
  ],
  'notify-route-interval-unknown': [
    '2:36 active_time_intervals[0]: must be in notify.time_intervals, which is empty, found "office" (add it to notify.time_intervals)',
  ],
  'notify-route-matcher-broken': [
    '4:22 matchers[0]: must be a matcher such as severity="page": found is, expected one of = != =~ !~ after severity (character 10), found "severity is page"',
  ],
  'notify-route-matcher-pattern': [
    '4:22 matchers[0]: must be a matcher such as severity="page": found the regular expression "(edge", which RE2 refuses: missing closing ): `(edge` (character 7), found "pool=~\\"(edge\\""',
  ],
  'notify-route-mute-time-intervals-wrong-type': ['3:26 mute_time_intervals: must be a list, found "much"'],
  'notify-route-receiver-none': ['3:22 receiver: must have at least 1 entry, found a list'],
  'notify-route-receiver-slip': [
    '3:22 receiver: must be one of mail, phone, found "mial" (did you mean `mail`?)',
  ],
  'notify-route-receiver-unknown': [
    '3:29 receiver[1]: must be one of mail, phone, found "pager-duty" (correct it, or add it to notify.channels)',
  ],
  'notify-route-receiver-without-channels': [
    '2:22 receiver: must be in notify.channels, which is empty, found "mail" (add it to notify.channels)',
  ],
  'notify-route-receiver-wrong-type': [
    '3:15 receiver: must be the name of a channel, or a list of them, found 7',
  ],
  'notify-route-repeat-interval-bad-unit': [
    '3:22 repeat_interval: must be a duration such as 30s, 5m or 4h, found "much"',
  ],
  'notify-route-routes-entry-active-time-intervals-wrong-type': [
    '4:32 active_time_intervals: must be a list, found "much"',
  ],
  'notify-route-routes-entry-continue-wrong-type': ['4:19 continue: must be true or false, found "much"'],
  'notify-route-routes-entry-group-by-wrong-type': ['4:19 group_by: must be a list, found "much"'],
  'notify-route-routes-entry-group-interval-bad-unit': [
    '4:25 group_interval: must be a duration such as 30s, 5m or 4h, found "much"',
  ],
  'notify-route-routes-entry-group-wait-bad-unit': [
    '4:21 group_wait: must be a duration such as 30s, 5m or 4h, found "much"',
  ],
  'notify-route-routes-entry-matchers-wrong-type': [
    '4:19 matchers: must be a list of matchers, such as [\'severity="page"\'], found "much"',
  ],
  'notify-route-routes-entry-mute-time-intervals-wrong-type': [
    '4:30 mute_time_intervals: must be a list, found "much"',
  ],
  'notify-route-routes-entry-receiver-wrong-type': [
    '4:19 receiver: must be the name of a channel, or a list of them, found 7',
  ],
  'notify-route-routes-entry-repeat-interval-bad-unit': [
    '4:26 repeat_interval: must be a duration such as 30s, 5m or 4h, found "much"',
  ],
  'notify-route-routes-entry-routes-wrong-type': ['4:17 routes: must be a list, found "much"'],
  'notify-route-routes-entry-unknown-key': [
    '4:9 surplus: is not a known key (known here: receiver, matchers, continue, group_by, group_wait, group_interval, repeat_interval, mute_time_intervals, active_time_intervals, routes)',
  ],
  'notify-route-routes-entry-wrong-type': ['4:9 routes[0]: must be a map, found "much"'],
  'notify-route-routes-wrong-type': ['3:13 routes: must be a list, found "much"'],
  'notify-route-unknown-key': [
    '3:5 surplus: is not a known key (known here: receiver, group_by, group_wait, group_interval, repeat_interval, mute_time_intervals, active_time_intervals, routes)',
  ],
  'notify-route-wait-bare-number': ['2:24 group_wait: must be a duration such as 30s, 5m or 4h, found 30'],
  'notify-route-wrong-type': ['2:10 route: must be a map, found "much"'],
  'notify-time-interval-day-zero': ['5:27 days_of_month[0]: must be such as 1:5 or -3:-1, found "0"'],
  'notify-time-interval-location-unknown': [
    '5:21 location: must be a time zone such as Europe/Berlin, found "Mars/Olympus"',
  ],
  'notify-time-interval-month-unknown': ['5:20 months[0]: must be such as december or 1:3, found "13"'],
  'notify-time-interval-over-midnight': [
    '5:19 times[0]: must end after it starts (write two ranges for a night: 22:00 to 24:00 and 00:00 to 06:00)',
  ],
  'notify-time-interval-time-short': ['5:33 start_time: must be such as 09:00 or 24:00, found "9:00"'],
  'notify-time-interval-twice': [
    '4:15 name: is the name of another one already, found "nights" (give each a name of its own)',
  ],
  'notify-time-interval-weekday-short': [
    '5:22 weekdays[0]: must be such as monday:friday or sunday, found "mon"',
  ],
  'notify-time-interval-year-short': ['5:19 years[0]: must be such as 2026 or 2026:2028, found "26"'],
  'notify-time-intervals-entry-name-bad-value': ['3:13 name: must have at least 1 character, found ""'],
  'notify-time-intervals-entry-name-missing-key': ['3:7 name: is missing, must be text'],
  'notify-time-intervals-entry-name-wrong-type': ['3:13 name: must be text, found 7 (put it in quotes)'],
  'notify-time-intervals-entry-time-intervals-bad-value': [
    '4:23 time_intervals: must have at least 1 entry, found a list',
  ],
  'notify-time-intervals-entry-time-intervals-entry-days-of-month-wrong-type': [
    '5:26 days_of_month: must be a list, found "much"',
  ],
  'notify-time-intervals-entry-time-intervals-entry-location-wrong-type': [
    '5:21 location: must be text, found 7 (put it in quotes)',
  ],
  'notify-time-intervals-entry-time-intervals-entry-months-wrong-type': [
    '5:19 months: must be a list, found "much"',
  ],
  'notify-time-intervals-entry-time-intervals-entry-times-entry-end-time-missing-key': [
    '6:15 end_time: is missing, must be text',
  ],
  'notify-time-intervals-entry-time-intervals-entry-times-entry-end-time-wrong-type': [
    '7:25 end_time: must be text, found 7 (put it in quotes)',
  ],
  'notify-time-intervals-entry-time-intervals-entry-times-entry-start-time-missing-key': [
    '6:15 start_time: is missing, must be text',
  ],
  'notify-time-intervals-entry-time-intervals-entry-times-entry-start-time-wrong-type': [
    '6:27 start_time: must be text, found 7 (put it in quotes)',
  ],
  'notify-time-intervals-entry-time-intervals-entry-times-entry-unknown-key': [
    '8:15 surplus: is not a known key (known here: start_time, end_time)',
  ],
  'notify-time-intervals-entry-time-intervals-entry-times-entry-wrong-type': [
    '6:15 times[0]: must be a map, found "much"',
  ],
  'notify-time-intervals-entry-time-intervals-entry-times-wrong-type': [
    '5:18 times: must be a list, found "much"',
  ],
  'notify-time-intervals-entry-time-intervals-entry-unknown-key': [
    '5:11 surplus: is not a known key (known here: times, weekdays, days_of_month, months, years, location)',
  ],
  'notify-time-intervals-entry-time-intervals-entry-weekdays-wrong-type': [
    '5:21 weekdays: must be a list, found "much"',
  ],
  'notify-time-intervals-entry-time-intervals-entry-wrong-type': [
    '5:11 time_intervals[0]: must be a map, found "much"',
  ],
  'notify-time-intervals-entry-time-intervals-entry-years-wrong-type': [
    '5:18 years: must be a list, found "much"',
  ],
  'notify-time-intervals-entry-time-intervals-missing-key': [
    '3:7 time_intervals: is missing, must be a list',
  ],
  'notify-time-intervals-entry-time-intervals-wrong-type': [
    '4:23 time_intervals: must be a list, found "much"',
  ],
  'notify-time-intervals-entry-unknown-key': [
    '6:7 surplus: is not a known key (known here: name, time_intervals)',
  ],
  'notify-time-intervals-entry-wrong-type': ['3:7 time_intervals[0]: must be a map, found "much"'],
  'notify-time-intervals-wrong-type': ['2:19 time_intervals: must be a list, found "much"'],
  'notify-time-zone-unknown': [
    '1:21 timeZone: must be a time zone such as Europe/Berlin, found "Mars/Olympus"',
  ],
  'notify-time-zone-wrong-type': ['2:13 timeZone: must be text, found 7 (put it in quotes)'],
  'notify-unknown-key': [
    '2:3 surplus: is not a known key (known here: route, inhibit_rules, time_intervals, channels, heartbeat, externalUrl, timeZone)',
  ],
  'notify-wrong-type': ['1:9 notify: must be a map, found "much"'],
};
