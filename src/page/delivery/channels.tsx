import { useState } from 'preact/hooks';
import type { ChannelShape, DeliveryShape } from '../../serve/delivery-shapes.js';
import { ask, type Fault, toFault } from '../kit/api.js';
import { formatCount, formatExactly, formatFromNow } from '../kit/words.js';
import { Dialog } from '../parts/dialog.js';
import { Empty, ErrorNote } from '../parts/notes.js';
import { toast } from '../parts/toast.js';

interface ChannelsProps extends DeliveryShape {
  readonly now: number;
  /** Why nothing may be changed; undefined where it may. */
  readonly why: string | undefined;
  readonly onChange: () => void;
}

const STATES = { up: 'works', failing: 'fails', unknown: 'not tried yet' } as const;
const TONES = { up: 'well', failing: 'firing', unknown: 'silent' } as const;

/** The ways out, and the call by which somebody else notices that this service is gone. */
export function Channels({ channels, heartbeat, now, why, onChange }: ChannelsProps) {
  return (
    <section class="channels" aria-label="Channels">
      {channels.length === 0 && (
        <Empty title="No channel is configured">
          <p>
            Alerts are seen here and by the API only. Add one under <code>notify.channels</code>.
          </p>
        </Empty>
      )}
      {channels.map((channel) => (
        <Channel key={channel.channel} channel={channel} now={now} why={why} onChange={onChange} />
      ))}
      <section class="card channel" aria-label="Heartbeat">
        <h2>Heartbeat</h2>
        <p>{heartbeatWords(heartbeat, now)}</p>
      </section>
    </section>
  );
}

function heartbeatWords(
  { configured, at, outcome, reason }: DeliveryShape['heartbeat'],
  now: number,
): string {
  if (!configured) return 'Nobody elsewhere would notice if this service were gone; see notify.heartbeat.';
  if (at === null) return 'Not called yet.';
  const when = formatFromNow(at, now);
  if (outcome === 'sent') return `Sent ${when}.`;
  return `${outcome === 'failed' ? 'Failed' : 'Withheld'} ${when}: ${reason}`;
}

interface ChannelProps extends Omit<ChannelsProps, 'channels' | 'heartbeat'> {
  readonly channel: ChannelShape;
}

function Channel({ channel, now, why, onChange }: ChannelProps) {
  const { channel: name, type, state, at, since, problem, waiting, dead } = channel;
  const [isAsking, setAsking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault>();
  const act = async (path: string, said: string) => {
    setBusy(true);
    setFault(undefined);
    try {
      await ask(`channels/${encodeURIComponent(name)}/${path}`, { method: 'POST' });
      toast(said);
      onChange();
    } catch (error) {
      setFault(toFault(error));
    }
    setBusy(false);
  };
  return (
    <section class="card channel" aria-label={`Channel ${name}`}>
      <h2>
        <bdi>{name}</bdi> <span class="quiet">{type}</span>
      </h2>
      <p>
        <span class={`state state-${TONES[state]}`}>{STATES[state]}</span>
        {since !== null && (
          <span class="quiet" title={formatExactly(since)}>
            {' '}
            since {formatFromNow(since, now)}
          </span>
        )}
        {at !== null && (
          <span class="quiet" title={formatExactly(at)}>
            , last used {formatFromNow(at, now)}
          </span>
        )}
      </p>
      {problem && (
        <p class="problem">
          {problem.message}. {problem.cure}
        </p>
      )}
      <p class="quiet">
        {formatCount(waiting, 'message')} on the way, {formatCount(dead, 'dead letter')}
      </p>
      {fault && <ErrorNote fault={fault} />}
      <div class="acts">
        <button
          type="button"
          class="plain"
          disabled={why !== undefined || isBusy}
          title={why}
          onClick={() => act('check', `Asked ${name}.`)}
        >
          Ask now
        </button>
        <button
          type="button"
          class="plain"
          disabled={why !== undefined || isBusy}
          title={why}
          onClick={() => setAsking(true)}
        >
          Send a test
        </button>
      </div>
      {isAsking && (
        <Dialog title="Send a test message?" onClose={() => setAsking(false)}>
          <p>
            A message marked as an example goes to everybody whom <bdi>{name}</bdi> reaches.
          </p>
          <div class="form-end">
            <button type="button" class="plain" onClick={() => setAsking(false)}>
              Cancel
            </button>
            <button
              type="button"
              onClick={() => {
                setAsking(false);
                void act('test', 'The test is on its way.');
              }}
            >
              Send it
            </button>
          </div>
        </Dialog>
      )}
    </section>
  );
}
