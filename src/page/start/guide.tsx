import { useCell } from '../kit/cell.js';
import { BASE, hrefOf } from '../kit/router.js';
import { session } from '../kit/session.js';
import { formatCount } from '../kit/words.js';
import { Snippet } from '../parts/snippet.js';
import './start.css';

/** The first minute: a sample that can be sent as it stands, and what the usual agents need. Turns live by itself. */
export function Guide({ nodes = 0 }: { readonly nodes?: number }) {
  const needsToken = useCell(session)?.agents_need_token ?? false;
  const address = BASE.replace(/\/$/, '');
  return (
    <div class="guide">
      <h1>{nodes === 0 ? 'Send the first sample' : 'Send samples'}</h1>
      <p role="status">
        {nodes === 0 ? (
          <>No node has sent anything yet. This page changes by itself when the first sample arrives.</>
        ) : (
          <>
            {formatCount(nodes, 'node')} {nodes === 1 ? 'sends' : 'send'} already.{' '}
            <a href={hrefOf()}>To the fleet</a>
          </>
        )}
      </p>
      {needsToken && (
        <p>
          Agents need a token: put one of those under <code>receive.tokens</code> into the variable{' '}
          <code>HEADROOM_TOKEN</code> first.
        </p>
      )}
      <h2>By hand</h2>
      <p>One sample of this machine's memory, as JSON:</p>
      <Snippet label="A sample by curl" text={curl(address, needsToken)} />
      <h2>A process on this machine</h2>
      <p>Its memory, its cgroup's limit and its readiness, every 5 s:</p>
      <Snippet label="The agent of Headroom" text={agent(address, needsToken)} />
      <h2>Telegraf</h2>
      <p>An output beside those that there are; the host's name is the node's:</p>
      <Snippet label="Configuration of Telegraf" text={telegraf(address, needsToken)} />
      <p class="quiet">
        The pages docs/agent.md, docs/names.md and docs/api.md say what else is understood;{' '}
        <a href={`${BASE}docs`} data-outside>
          the API
        </a>{' '}
        is described here, too.
      </p>
    </div>
  );
}

function curl(address: string, needsToken: boolean): string {
  const token = needsToken ? ` \\\n  -H "Authorization: Bearer $HEADROOM_TOKEN"` : '';
  const sample =
    '{"node":"my-first-node","labels":{"pool":"try"},"rss":412000000,"memory_limit":1073741824,"ready":1}';
  return `curl ${address}/api/v1/telemetry${token} \\\n  -H 'Content-Type: application/json' \\\n  -d '${sample}'`;
}

function agent(address: string, needsToken: boolean): string {
  const token = needsToken ? 'HEADROOM_TOKEN="$HEADROOM_TOKEN" ' : '';
  return `${token}npx headroom agent --url ${address} --pid $$`;
}

function telegraf(address: string, needsToken: boolean): string {
  const token = needsToken ? '$' + '{HEADROOM_TOKEN}' : '';
  return `[[outputs.influxdb_v2]]\n  urls = ["${address}"]\n  token = "${token}"\n  organization = "any"\n  bucket = "any"`;
}
