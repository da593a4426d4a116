/** Findings of configurations of channels beyond mail and webhook, as in bad-configs.ts. */
export const BAD_CHANNELS: Readonly<Record<string, readonly string[]>> = {
  'alertmanager-bearer-token-bad-value': [
    '6:20 bearerToken: must be plain characters without spaces, found a value that is not shown',
  ],
  'alertmanager-bearer-token-wrong-type': [
    '6:20 bearerToken: must be text, found a value that is not shown (put it in quotes)',
  ],
  'alertmanager-password-bad-value': [
    '4:7 user: is missing, user and password go together: give both or none',
    '6:17 password: must have at least 1 character, found a value that is not shown',
  ],
  'alertmanager-password-wrong-type': [
    '6:17 password: must be text, found a value that is not shown (put it in quotes)',
  ],
  'alertmanager-private-addresses-wrong-type': ['6:25 privateAddresses: must be true or false, found "much"'],
  'alertmanager-refresh-interval-bad-unit': ['6:24 refreshInterval: must be a duration such as 1m, found 7'],
  'alertmanager-timeout-bad-unit': ['6:16 timeout: must be a duration such as 15s, found 7'],
  'alertmanager-two-credentials': [
    '6:13 user: give user and password or bearerToken, not both: there is one Authorization header, found "a"',
  ],
  'alertmanager-unknown-key': [
    '6:7 surplus: is not a known key (known here: type, urls, user, password, bearerToken, refreshInterval, timeout, privateAddresses)',
  ],
  'alertmanager-urls-bad-value': ['5:13 urls: must have at least 1 entry, found a list'],
  'alertmanager-urls-missing-key': ['4:7 urls: is missing, must be a list'],
  'alertmanager-urls-wrong-type': ['5:13 urls: must be a list, found "much"'],
  'alertmanager-user-bad-value': [
    '6:13 user: must be without a colon, found ""',
    '6:13 user: user and password go together: give both or none, found ""',
  ],
  'alertmanager-user-wrong-type': ['6:13 user: must be text, found 7 (put it in quotes)'],
  'alertmanager-webhook-bearer-token-bad-value': [
    '6:20 bearerToken: must be plain characters without spaces, found a value that is not shown',
  ],
  'alertmanager-webhook-bearer-token-wrong-type': [
    '6:20 bearerToken: must be text, found a value that is not shown (put it in quotes)',
  ],
  'alertmanager-webhook-headers-any-bad-value': [
    '6:26 x-team: must be plain characters on one line, found a value that is not shown',
  ],
  'alertmanager-webhook-headers-any-wrong-type': [
    '6:26 x-team: must be text, found a value that is not shown (put it in quotes)',
  ],
  'alertmanager-webhook-headers-wrong-type': ['6:16 headers: must be a map, found a value that is not shown'],
  'alertmanager-webhook-max-alerts-bad-value': ['6:18 maxAlerts: must be at least 1, found 0'],
  'alertmanager-webhook-max-alerts-wrong-type': ['6:18 maxAlerts: must be a number, found "much"'],
  'alertmanager-webhook-password-bad-value': [
    '4:7 user: is missing, user and password go together: give both or none',
    '6:17 password: must have at least 1 character, found a value that is not shown',
  ],
  'alertmanager-webhook-password-wrong-type': [
    '6:17 password: must be text, found a value that is not shown (put it in quotes)',
  ],
  'alertmanager-webhook-private-addresses-wrong-type': [
    '6:25 privateAddresses: must be true or false, found "much"',
  ],
  'alertmanager-webhook-timeout-bad-unit': ['6:16 timeout: must be a duration such as 15s, found 7'],
  'alertmanager-webhook-unknown-key': [
    '6:7 surplus: is not a known key (known here: type, url, user, password, bearerToken, headers, maxAlerts, timeout, privateAddresses)',
  ],
  'alertmanager-webhook-url-bad-value': [
    '5:12 url: must be an address such as https://oncall.example.org/alertmanager, found a value that is not shown',
  ],
  'alertmanager-webhook-url-missing-key': [
    '4:7 url: is missing, must be an address such as https://oncall.example.org/alertmanager',
  ],
  'alertmanager-webhook-url-wrong-type': [
    '5:12 url: must be an address such as https://oncall.example.org/alertmanager, found a value that is not shown',
  ],
  'alertmanager-webhook-user-bad-value': [
    '6:13 user: must be without a colon, found ""',
    '6:13 user: user and password go together: give both or none, found ""',
  ],
  'alertmanager-webhook-user-wrong-type': ['6:13 user: must be text, found 7 (put it in quotes)'],
  'pagerduty-chart-url-bad-value': [
    '6:17 chartUrl: must be an address such as https://charts.example.org/{node}.png, found "here"',
  ],
  'pagerduty-chart-url-wrong-type': [
    '6:17 chartUrl: must be an address such as https://charts.example.org/{node}.png, found 7',
  ],
  'pagerduty-private-addresses-wrong-type': ['6:25 privateAddresses: must be true or false, found "much"'],
  'pagerduty-routing-key-bad-value': [
    '5:19 routingKey: must be the 32 letters and digits of an integration key (Events API v2), found a value that is not shown',
  ],
  'pagerduty-routing-key-missing-key': ['4:7 routingKey: is missing, must be text'],
  'pagerduty-routing-key-wrong-type': [
    '5:19 routingKey: must be text, found a value that is not shown (put it in quotes)',
  ],
  'pagerduty-severities-any-bad-value': [
    '6:27 page: must be one of critical, error, warning, info, found "dire"',
  ],
  'pagerduty-severities-wrong-type': ['6:19 severities: must be a map, found "much"'],
  'pagerduty-timeout-bad-unit': ['6:16 timeout: must be a duration such as 15s, found 7'],
  'pagerduty-unknown-key': [
    '6:7 surplus: is not a known key (known here: type, routingKey, url, severities, chartUrl, timeout, privateAddresses)',
  ],
  'pagerduty-url-bad-value': [
    '6:12 url: must be an address such as https://events.pagerduty.com, found "pager"',
  ],
  'pagerduty-url-wrong-type': ['6:12 url: must be an address such as https://events.pagerduty.com, found 7'],
  'slack-api-url-bad-value': ['6:15 apiUrl: must be an address such as https://slack.com/api, found "slack"'],
  'slack-api-url-wrong-type': ['6:15 apiUrl: must be an address such as https://slack.com/api, found 7'],
  'slack-channel-bad-value': [
    '6:16 channel: must be the id of a channel such as C0123456789, found "#"',
    '6:16 channel: goes with token: an incoming webhook has a channel of its own, found "#"',
  ],
  'slack-channel-wrong-type': ['6:16 channel: must be text, found 7 (put it in quotes)'],
  'slack-chart-url-bad-value': [
    '6:17 chartUrl: must be an address such as https://charts.example.org/{node}.png, found "here"',
  ],
  'slack-chart-url-wrong-type': [
    '6:17 chartUrl: must be an address such as https://charts.example.org/{node}.png, found 7',
  ],
  'slack-nowhere': [
    '4:7 url: is missing, give url (incoming webhook) or token with channel (bot), one of them',
  ],
  'slack-private-addresses-wrong-type': ['6:25 privateAddresses: must be true or false, found "much"'],
  'slack-timeout-bad-unit': ['6:16 timeout: must be a duration such as 15s, found 7'],
  'slack-token-bad-value': [
    '5:12 url: give url (incoming webhook) or token with channel (bot), one of them, found a value that is not shown',
    '6:14 token: must be a bot token, xoxb-…, found a value that is not shown',
  ],
  'slack-token-without-channel': [
    '4:7 channel: is missing, must name the channel that the bot posts to, such as C0123456789',
  ],
  'slack-token-wrong-type': ['6:14 token: must be text, found a value that is not shown (put it in quotes)'],
  'slack-unknown-key': [
    '6:7 surplus: is not a known key (known here: type, url, token, channel, apiUrl, chartUrl, timeout, privateAddresses)',
  ],
  'slack-url-and-token': [
    '5:12 url: give url (incoming webhook) or token with channel (bot), one of them, found a value that is not shown',
  ],
  'slack-url-bad-value': [
    '5:12 url: must be an address such as https://hooks.slack.com/services/T000/B000/XXXX, found a value that is not shown',
  ],
  'slack-url-wrong-type': [
    '5:12 url: must be an address such as https://hooks.slack.com/services/T000/B000/XXXX, found a value that is not shown',
  ],
};
