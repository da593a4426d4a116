import { Command } from 'commander';
import { systemClock } from '../clock.js';
import { Problem } from '../problem.js';
import { parseDuration } from '../telemetry/index.js';
import { type AuditAnswer, printJson, shortId } from './service-answers.js';
import { type Connection, formatOption, ServiceClient, withConnection } from './service-client.js';
import { formatTable, screenWidth } from './table.js';

interface Given extends Connection {
  readonly since: string;
  readonly subject?: string;
  readonly who?: string;
  readonly what?: string;
  readonly limit: string;
  readonly format: 'table' | 'json';
}

const HELP = `
What happened, oldest first: alerts, acknowledgements, silences, messages, rules. --subject takes the id of an alert, silence or
message, or the name of a node or rule; --what a kind such as silence.created, or a family such as silence.

Examples:
  headroom audit --since 1d
  headroom audit --subject router-7            what was with this node, and who did what about it
  headroom audit --who anna --what ack --format json`;

/** `headroom audit`: who did what, when and why. */
export function auditCommand(): Command {
  return withConnection(new Command('audit'))
    .description('Show what happened in a running service, and who did it')
    .option('--since <time>', 'how far back, such as 1d, or a time (RFC 3339)', '1d')
    .option('--subject <subject>', 'only what concerns this alert, silence, message, node or rule')
    .option('--who <name>', 'only what this person or rule did')
    .option('--what <kind>', 'only this kind of event')
    .option('--limit <number>', 'at most so many, the newest', '200')
    .addOption(formatOption())
    .addHelpText('after', HELP)
    .action(async (given: Given) => {
      const { subject, who, what, limit } = given;
      const query = new URLSearchParams({ from: String(readSince(given.since)), limit });
      for (const [name, value] of Object.entries({ subject, who, what })) {
        if (value !== undefined) query.set(name, value);
      }
      const { events } = await new ServiceClient(given).get<{ events: AuditAnswer[] }>(`/audit?${query}`);
      const inOrder = [...events].reverse();
      if (given.format === 'json') printJson(inOrder);
      else if (inOrder.length === 0) process.stderr.write('nothing happened\n');
      else process.stdout.write(auditTable(inOrder));
    });
}

function auditTable(events: readonly AuditAnswer[]): string {
  const rows = events.map(({ at, who, what, subject, why, details }) => {
    const about = details.node ?? details.matchers ?? '';
    return {
      cells: [
        new Date(at).toISOString().slice(0, 19).replace('T', ' '),
        what,
        who,
        shortId(subject),
        String(about),
      ],
      below: why === '' ? [] : [why],
    };
  });
  return formatTable(['TIME (UTC)', 'WHAT', 'WHO', 'SUBJECT', 'ABOUT'], rows, screenWidth());
}

/** @throws Problem bad-option */
function readSince(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined) return systemClock.now() - ms;
  const time = Date.parse(text);
  if (!Number.isNaN(time)) return time;
  throw new Problem(
    'bad-option',
    `--since: found "${text}", expected a duration such as 1d or a time (RFC 3339)`,
  );
}
