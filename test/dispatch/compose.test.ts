import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  MINUTE,
  messageWith,
  NOW,
  newsOf,
  outlookOf,
  plainNewsOf,
  portraitOf,
} from '../notify/support/news.js';

describe('a message of a group', () => {
  it('with the earliest breach first', () => {
    const news = Array.from({ length: 40 }, (_, i) =>
      newsOf({
        id: `alert-${i}`,
        node: `r-${i}`,
        outlook: outlookOf({ breachP50: NOW + ((i * 7) % 40) * MINUTE }),
      }),
    );
    const message = messageWith(news);
    const times = message.alerts.map(({ outlook }) => outlook?.breachP50);
    assert.deepEqual(
      times,
      Array.from({ length: 40 }, (_, i) => NOW + i * MINUTE),
    );
  });

  it('what is not expected to breach comes last, the more probable and then the name first', () => {
    const never = { breachP10: null, breachP50: null, breachP90: null };
    const news = [
      plainNewsOf({ id: '1', node: 'z' }),
      plainNewsOf({ id: '2', node: 'a' }),
      newsOf({ id: '3', node: 'y', outlook: outlookOf({ ...never, probability: 0.4 }) }),
      newsOf({ id: '4', node: 'x', outlook: outlookOf() }),
      newsOf({ id: '5', node: 'w', outlook: outlookOf({ ...never, probability: 0.6 }) }),
    ];
    assert.equal(
      messageWith(news)
        .alerts.map(({ node }) => node)
        .join(),
      'x,w,y,a,z',
    );
  });

  it('with ids that follow from the alerts and their state, in whatever order they come', () => {
    const [a, b] = [newsOf({ id: '1' }), newsOf({ id: '2', node: 'r-2' })];
    const id = messageWith([a, b]).id;
    assert.equal(messageWith([b, a]).id, id);
    assert.match(id, /^[0-9a-f]{32}$/);
    assert.notEqual(messageWith([a]).id, id);
    const resolved = [a, b].map((alert) => ({ ...alert, state: 'resolved' as const }));
    assert.notEqual(messageWith(resolved).id, id);
  });

  it('with the portraits of the worst three only', () => {
    const news = Array.from({ length: 5 }, (_, i) =>
      newsOf({ id: `${i}`, node: `r-${i}`, portrait: portraitOf() }),
    );
    const kept = messageWith(news).alerts.map(({ portrait }) => portrait !== undefined);
    assert.deepEqual(kept, [true, true, true, false, false]);
  });
});
