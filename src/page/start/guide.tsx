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
          Agents need a token. Put one of those under <code>receive.tokens</code> into the environment first:{' '}
          <code>export HEADROOM_TOKEN=...</code>
        </p>
      )}
      <h2>By hand</h2>
      <p>One sample, as JSON:</p>
      <Snippet label="A sample by curl" text={curl(address, needsToken)} />
      <h2>A process that runs already</h2>
      <p>
        Its memory and the limit of its cgroup, every 5 s, from the folder of Headroom. As it stands it
        reports the shell that runs it: put the number of another process in the place of <code>$$</code>, or{' '}
        <code>-- node server.js</code> in that of <code>--pid $$</code> to start a program and report its
        heap, too.
      </p>
      <Snippet label="The agent of Headroom" text={agentOf(address)} />
      <h2>OpenTelemetry</h2>
      <p>The environment of a program with an SDK; OTLP over HTTP, every 15 s:</p>
      <Snippet label="Environment of OpenTelemetry" text={openTelemetry(address, needsToken)} />
      <h2>Prometheus, vmagent</h2>
      <p>In the configuration of Prometheus, beside what it scrapes:</p>
      <Snippet label="Configuration of Prometheus" text={prometheus(address, needsToken)} />
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

/** The agent takes its token out of the environment by itself. */
function agentOf(address: string): string {
  return `npx headroom agent --url ${address} --interval 5s --pid $$`;
}

/** Names as in the specification of OpenTelemetry, "OTLP Exporter Configuration". */
function openTelemetry(address: string, needsToken: boolean): string {
  const token = needsToken
    ? '\nexport OTEL_EXPORTER_OTLP_METRICS_HEADERS="Authorization=Bearer%20$HEADROOM_TOKEN"'
    : '';
  return [
    `export OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=${address}/v1/metrics`,
    'export OTEL_EXPORTER_OTLP_METRICS_PROTOCOL=http/protobuf',
    `export OTEL_METRIC_EXPORT_INTERVAL=15000${token}`,
  ].join('\n');
}

function prometheus(address: string, needsToken: boolean): string {
  const token = needsToken ? '\n    authorization:\n      credentials: THE-TOKEN' : '';
  // Without the last line Prometheus gives up what a busy service asks it to send later.
  return `remote_write:\n  - url: ${address}/api/v1/write${token}\n    queue_config:\n      retry_on_http_429: true`;
}

function telegraf(address: string, needsToken: boolean): string {
  const token = needsToken ? '$' + '{HEADROOM_TOKEN}' : '';
  return `[[outputs.influxdb_v2]]\n  urls = ["${address}"]\n  token = "${token}"\n  organization = "any"\n  bucket = "any"`;
}
