import { Command, Option } from 'commander';
import { systemClock } from '../clock.js';
import { type AlertAnswer, ago, clockTime, printJson, shortId } from './service-answers.js';
import { type Connection, formatOption, ServiceClient, withConnection } from './service-client.js';
import { formatTable, screenWidth } from './table.js';

interface Given extends Connection {
  readonly state?: AlertAnswer['state'] | 'all';
  readonly node?: string;
  readonly format: 'table' | 'json';
  readonly exitCode?: boolean;
}

const STATES = ['pending', 'firing', 'acknowledged', 'silenced', 'resolved', 'all'];

const HELP = `
Without --state it lists what is pending or fires, taken and silenced alerts too, but not what is over.

Exit code: 0; with --exit-code 2 when an alert is listed; 1 when the service cannot be asked.

Examples:
  headroom alerts                              what goes on
  headroom alerts --state firing --exit-code   for scripts: is there anything that nobody has taken?
  headroom alerts --format json | jq '.[].node'`;

/** `headroom alerts`: what fires in a running service. */
export function alertsCommand(): Command {
  return withConnection(new Command('alerts'))
    .description('List the alerts of a running service')
    .addOption(new Option('--state <state>', 'only alerts in this state').choices(STATES))
    .option('--node <node>', 'only alerts of this node')
    .addOption(formatOption())
    .option('--exit-code', 'exit with 2 when an alert is listed')
    .addHelpText('after', HELP)
    .action(async (given: Given) => {
      const alerts = await listAlerts(new ServiceClient(given), given);
      if (given.format === 'json') printJson(alerts);
      else if (alerts.length === 0) process.stderr.write('no alerts\n');
      else process.stdout.write(alertTable(alerts, systemClock.now()));
      if (given.exitCode === true && alerts.length > 0) process.exitCode = 2;
    });
}

/** Alerts of a state; without one those that are not over. */
export async function listAlerts(
  client: ServiceClient,
  { state, node }: Pick<Given, 'state' | 'node'> = {},
): Promise<readonly AlertAnswer[]> {
  const query = new URLSearchParams();
  if (state !== undefined && state !== 'all') query.set('state', state);
  if (node !== undefined) query.set('node', node);
  const { alerts } = await client.get<{ alerts: AlertAnswer[] }>(`/alerts?${query}`);
  return state === undefined ? alerts.filter((alert) => alert.state !== 'resolved') : alerts;
}

/** One row an alert, its reason and who has it below. */
export function alertTable(alerts: readonly AlertAnswer[], now: number): string {
  const rows = alerts.map((alert) => {
    const { id, state, severity, node, rule, ack, silenced_by } = alert;
    const taken =
      ack === null
        ? []
        : [`taken by ${ack.by} until ${clockTime(ack.until, now)}${ack.why === '' ? '' : `: ${ack.why}`}`];
    const silenced = silenced_by.length === 0 ? [] : [`silenced by ${silenced_by.map(shortId).join(', ')}`];
    return {
      cells: [shortId(id), state, severity, node, rule, ago(alert.fired_at ?? alert.active_since, now)],
      below: [alert.reason, ...taken, ...silenced],
    };
  });
  return formatTable(['ID', 'STATE', 'SEVERITY', 'NODE', 'RULE', 'SINCE'], rows, screenWidth());
}
