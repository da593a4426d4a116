import { formatDuration } from '../../telemetry/index.js';
import type { Message } from '../contract.js';
import { cut } from '../http/index.js';
import type { Labels } from './labels.js';

type AlertNews = Message['alerts'][number];

const VALUE_LENGTH = 2000;

/**
 * What is to be known of an alert, as Alertmanager's annotations: every value is a string, moments are RFC 3339, sizes
 * are bytes. What is not known is left out.
 */
export function alertAnnotations(alert: AlertNews, links: Message['links']): Labels {
  const { outlook, outcome, ack, runbook } = alert;
  const texts: Readonly<Record<string, string | undefined>> = {
    summary: `${alert.node === '' ? 'fleet' : alert.node}: ${alert.reason}`,
    description: descriptionOf(alert),
    runbook_url: runbook,
    signal: outlook?.signal,
    probability: outlook?.probability?.toFixed(2),
    horizon: outlook && formatDuration(outlook.horizonMs).replaceAll(' ', ''),
    breach_p10: moment(outlook?.breachP10),
    breach_p50: moment(outlook?.breachP50),
    breach_p90: moment(outlook?.breachP90),
    used_bytes: whole(outlook?.now),
    limit_bytes: whole(outlook?.limit),
    growth_bytes_per_hour: whole(outlook?.growth?.perHour),
    cause: outlook?.cause ?? undefined,
    shape: outlook?.shape,
    breached_at: moment(alert.breachedAt),
    outcome: outcome?.result,
    acknowledged_by: ack?.by,
    acknowledged_until: moment(ack?.until),
    page_url: links.page,
    silence_url: links.silence,
  };
  const known = Object.entries(texts).flatMap(([name, text]) =>
    text === undefined || text === '' ? [] : [[name, cut(text, VALUE_LENGTH)]],
  );
  return Object.fromEntries(known);
}

function descriptionOf({ summary, outlook }: AlertNews): string {
  const sentences = [...(summary === undefined ? [] : [summary]), ...(outlook?.evidence ?? []).slice(0, 6)];
  return sentences.map((text) => (/[.!?]$/.test(text) ? text : `${text}.`)).join(' ');
}

function whole(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(Math.round(value));
}

/** RFC 3339; a moment beyond what it can write, 9999, is not worth a date. */
function moment(ms: number | null | undefined): string | undefined {
  if (ms === null || ms === undefined || !(Math.abs(ms) < LAST_MS)) return undefined;
  return new Date(ms).toISOString();
}

const LAST_MS = Date.UTC(9999, 11, 31);
