import type { DeliveryShape, LetterShape } from '../../serve/delivery-shapes.js';
import { useCell } from '../kit/cell.js';
import { session, whyReadOnly } from '../kit/session.js';
import { useAnswer } from '../kit/use-answer.js';
import { useNow } from '../kit/use-now.js';
import { Empty, ErrorNote } from '../parts/notes.js';
import { Channels } from './channels.js';
import { Letters } from './letters.js';
import './delivery.css';

/** Whether people are told: the channels, what is on its way, and what could not be delivered. */
export function DeliveryPage() {
  const ways = useAnswer<DeliveryShape>('channels', ['delivery']);
  const post = useAnswer<{ letters: readonly LetterShape[] }>('outbox', ['delivery']);
  const now = useNow(1000);
  const why = whyReadOnly(useCell(session));
  const reload = () => {
    ways.reload();
    post.reload();
  };
  const letters = post.answer?.letters ?? [];
  const dead = letters.filter(({ status }) => status === 'dead');
  const waiting = letters.filter(({ status }) => status !== 'dead');
  return (
    <>
      <h1>Delivery</h1>
      {ways.fault && <ErrorNote fault={ways.fault} {...(ways.answer ? { shownOf: ways.at } : {})} />}
      {ways.answer && <Channels {...ways.answer} now={now} why={why} onChange={reload} />}
      {post.fault && <ErrorNote fault={post.fault} {...(post.answer ? { shownOf: post.at } : {})} />}
      {dead.length > 0 && (
        <Letters
          title="Dead letters"
          about="They were given up: nobody was told through this channel."
          letters={dead}
          now={now}
          why={why}
          onChange={reload}
        />
      )}
      {waiting.length > 0 && (
        <Letters
          title="On their way"
          about="They are tried again by themselves."
          letters={waiting}
          now={now}
          why={why}
          onChange={reload}
        />
      )}
      {post.answer && letters.length === 0 && (
        <Empty title="Everything is delivered">
          <p>No message waits, and none was given up.</p>
        </Empty>
      )}
    </>
  );
}
