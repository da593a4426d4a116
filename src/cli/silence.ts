import { Command, Option } from 'commander';
import { systemClock } from '../clock.js';
import { parseMatchers } from '../dispatch/index.js';
import { nearest } from '../evaluate/index.js';
import { Problem } from '../problem.js';
import { alertTable } from './alerts.js';
import {
  ago,
  byId,
  clockTime,
  type PreviewAnswer,
  printJson,
  type SilenceAnswer,
  shortId,
} from './service-answers.js';
import {
  actorOf,
  byQuery,
  type Connection,
  formatOption,
  ServiceClient,
  withConnection,
} from './service-client.js';
import { formatTable, screenWidth } from './table.js';

interface Output extends Connection {
  readonly format: 'table' | 'json';
}

interface Given extends Output {
  readonly for?: string;
  readonly why?: string;
  readonly by?: string;
  readonly from?: string;
  readonly preview?: boolean;
  readonly force?: boolean;
}

const HELP = `
Matchers are those of Alertmanager: severity=page, pool=~"edge|core", node!=r-1, !~. An alert has the labels of its node and
of its rule, and alertname, severity, kind and node. All matchers must match. A silence that takes nearly every alert
needs --force. It holds back messages; alerts go on to be evaluated and listed.

Examples:
  headroom silence pool=edge --why "deploy of 2026.11.3" --preview    what it would hold back
  headroom silence pool=edge --why "deploy of 2026.11.3" --for 30m
  headroom silence 'node=~"r-[0-9]+"' severity=ticket --why "moving" --from 2026-11-23T08:00:00Z --for 4h
  headroom silence list
  headroom silence expire 3f2a91c0`;

/** `headroom silence`: silences alerts, lists silences, ends them. */
export function silenceCommand(): Command {
  const command = withConnection(new Command('silence'))
    .description('Silence alerts of a running service, list silences, end them')
    .argument('<matcher...>', 'which alerts, such as pool=edge')
    .option('--for <time>', 'how long (default: 2h)')
    .option('--why <text>', 'why, for others and for the audit log')
    .option('--by <name>', "who (default: the token's holder, else the user of this machine)")
    .option('--from <time>', 'when it begins: unix ms or RFC 3339 (default: now)')
    .option('--preview', 'show what it would hold back, and change nothing')
    .option('--force', 'mean it, even if it takes nearly every alert')
    .addOption(formatOption())
    // Otherwise this command would take the options that are meant for those below it.
    .enablePositionalOptions()
    .addHelpText('after', HELP)
    .action((matchers: string[], given: Given) => (given.preview ? preview : create)(matchers, given));
  return command.addCommand(listCommand()).addCommand(expireCommand());
}

function listCommand(): Command {
  return withConnection(new Command('list'))
    .description('List silences; without --state those that are not over')
    .addOption(
      new Option('--state <state>', 'only silences in this state').choices([
        'pending',
        'active',
        'expired',
        'all',
      ]),
    )
    .addOption(formatOption())
    .addHelpText(
      'after',
      '\nExamples:\n  headroom silence list\n  headroom silence list --state all --format json',
    )
    .action(async ({ state, ...given }: Output & { state?: string }) => {
      const { silences } = await new ServiceClient(given).get<{ silences: SilenceAnswer[] }>('/silences');
      const isAsked = (silence: SilenceAnswer) =>
        state === undefined ? silence.state !== 'expired' : state === 'all' || silence.state === state;
      const asked = silences.filter(isAsked);
      if (given.format === 'json') printJson(asked);
      else if (asked.length === 0) process.stderr.write('no silences\n');
      else process.stdout.write(silenceTable(asked));
    });
}

function expireCommand(): Command {
  return withConnection(new Command('expire'))
    .description('End silences now')
    .argument('<id...>', 'their ids; the first letters are enough')
    .option('--by <name>', "who (default: the token's holder, else the user of this machine)")
    .addOption(formatOption())
    .addHelpText('after', '\nExample:\n  headroom silence expire 3f2a91c0')
    .action(async (ids: string[], given: Output & { by?: string }) => {
      const client = new ServiceClient(given);
      const { silences } = await client.get<{ silences: SilenceAnswer[] }>('/silences');
      const meant = ids.map((id) => byId(silences, id) ?? refuseUnknown(id, silences));
      const by = byQuery(actorOf(given));
      const ended: SilenceAnswer[] = [];
      for (const { id } of meant) ended.push(await client.delete<SilenceAnswer>(`/silences/${id}${by}`));
      if (given.format === 'json') printJson(ended);
      else
        process.stdout.write(ended.map(({ id, matchers }) => `ended: ${shortId(id)} ${matchers}\n`).join(''));
    });
}

async function create(matchers: readonly string[], given: Given): Promise<void> {
  check(matchers);
  if (given.why === undefined) {
    throw new Problem('bad-option', 'found no --why, expected why it is silenced', {
      cure: 'Add --why "...": whoever finds the silence must know what it is for.',
    });
  }
  const by = actorOf(given);
  const silence = await new ServiceClient(given).post<SilenceAnswer>('/silences', {
    matchers,
    comment: given.why,
    ...(by === undefined ? {} : { by }),
    ...(given.for === undefined ? {} : { for: given.for }),
    ...(given.from === undefined ? {} : { starts_at: given.from }),
    ...(given.force === true ? { force: true } : {}),
  });
  if (given.format === 'json') printJson(silence);
  else process.stdout.write(silenceTable([silence]));
}

async function preview(matchers: readonly string[], given: Given): Promise<void> {
  check(matchers);
  const shown = await new ServiceClient(given).post<PreviewAnswer>('/silences/preview', { matchers });
  if (given.format === 'json') return printJson(shown);
  const { alerts, channels, nodes, takes_everything } = shown;
  const names = nodes.names.slice(0, 10).join(', ');
  const more = nodes.count > 10 ? ` and ${nodes.count - 10} more` : '';
  const lines = [
    `nodes: ${nodes.count === 0 ? 'none that is known' : `${nodes.count} (${names}${more})`}`,
    `alerts that it would hold back now: ${alerts.length}${channels.length ? `, messages to ${channels.join(', ')}` : ''}`,
    ...(takes_everything ? ['it takes nearly every alert and needs --force'] : []),
  ];
  process.stdout.write(`${lines.join('\n')}\n${alertTable(alerts, systemClock.now())}`);
}

function silenceTable(silences: readonly SilenceAnswer[]): string {
  const now = systemClock.now();
  const rows = silences.map(({ id, matchers, state, starts_at, ends_at, created_by, comment, ended }) => ({
    cells: [
      shortId(id),
      state,
      state === 'pending' ? clockTime(starts_at, now) : ago(starts_at, now),
      clockTime(ended?.at ?? ends_at, now),
      created_by,
      matchers.join(','),
    ],
    below: [comment, ...(ended ? [`ended by ${ended.by}: ${ended.why}`] : [])],
  }));
  return formatTable(['ID', 'STATE', 'SINCE', 'UNTIL', 'BY', 'MATCHERS'], rows, screenWidth());
}

/** A matcher is refused here, where it can be shown; the service would refuse it, too. @throws Problem bad-option */
function check(matchers: readonly string[]): void {
  for (const text of matchers) {
    try {
      parseMatchers(text);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const pointer = `${' '.repeat((error.place.column ?? 1) - 1)}^`;
      const message = error.message.replace(/^matcher, /, '');
      throw new Problem('bad-option', `${message}\n  ${text}\n  ${pointer}`, { cure: error.cure });
    }
  }
}

function refuseUnknown(id: string, silences: readonly SilenceAnswer[]): never {
  const inForce = silences.filter(({ state }) => state !== 'expired').map((silence) => shortId(silence.id));
  const near = nearest(shortId(id), inForce);
  throw new Problem('not-found', `there is no silence ${id}`, {
    cure:
      near === undefined
        ? 'See `headroom silence list`.'
        : `Did you mean ${near}? See \`headroom silence list\`.`,
  });
}
