import { Command } from 'commander';
import { systemClock } from '../clock.js';
import { nearest } from '../evaluate/index.js';
import { Problem } from '../problem.js';
import { listAlerts } from './alerts.js';
import { type AlertAnswer, byId, clockTime, printJson, shortId } from './service-answers.js';
import {
  actorOf,
  byQuery,
  type Connection,
  formatOption,
  ServiceClient,
  withConnection,
} from './service-client.js';

interface Given extends Connection {
  readonly why?: string;
  readonly for?: string;
  readonly by?: string;
  readonly undo?: boolean;
  readonly format: 'table' | 'json';
}

const HELP = `
Who takes an alert stops its messages; others are told. It ends with the alert, at its time, or when the forecast gets
much worse. \`headroom alerts\` shows the ids; their first letters are enough. The name of a node stands for all alerts
that fire on it.

Examples:
  headroom ack a0fce08d --why "restarting it"
  headroom ack router-7 --for 2h
  headroom ack router-7 --undo`;

/** `headroom ack`: takes an alert, or gives it back. */
export function ackCommand(): Command {
  return withConnection(new Command('ack'))
    .description('Acknowledge an alert of a running service')
    .argument('<alert|node>', 'id of an alert, or the name of a node')
    .option('--why <text>', 'why, for others and for the audit log')
    .option('--for <time>', 'how long (default: 8h)')
    .option('--by <name>', "who (default: the token's holder, else the user of this machine)")
    .option('--undo', 'give it back')
    .addOption(formatOption())
    .addHelpText('after', HELP)
    .action(async (name: string, given: Given) => {
      const client = new ServiceClient(given);
      const alerts = await find(client, name, given.undo === true);
      const changed: AlertAnswer[] = [];
      for (const { id } of alerts) changed.push(await change(client, id, given));
      if (given.format === 'json') printJson(changed);
      else process.stdout.write(changed.map(sentence).join(''));
    });
}

function change(client: ServiceClient, id: string, given: Given): Promise<AlertAnswer> {
  const path = `/alerts/${encodeURIComponent(id)}/ack`;
  const by = actorOf(given);
  if (given.undo === true) return client.delete(path + byQuery(by));
  return client.post(path, {
    ...(given.why === undefined ? {} : { why: given.why }),
    ...(given.for === undefined ? {} : { for: given.for }),
    ...(by === undefined ? {} : { by }),
  });
}

function sentence({ id, rule, node, ack }: AlertAnswer): string {
  const what = `${rule} on ${node} (${shortId(id)})`;
  if (!ack) return `given back: ${what}\n`;
  return `acknowledged: ${what} by ${ack.by} until ${clockTime(ack.until, systemClock.now())}\n`;
}

/** The alert of that id, else those that fire on the node of that name. @throws Problem not-found with near names */
async function find(client: ServiceClient, name: string, isUndo: boolean): Promise<readonly AlertAnswer[]> {
  const alerts = await listAlerts(client);
  const onNode = alerts.filter(({ node, state }) => node === name && state !== 'pending');
  if (onNode.length > 0) {
    const taken = onNode.filter(({ ack }) => ack !== null);
    if (!isUndo) return onNode;
    if (taken.length > 0) return taken;
    throw new Problem('not-found', `nobody has taken an alert of ${name}`, {
      cure: 'Nothing needs to be done.',
    });
  }
  const alert = byId(alerts, name);
  if (alert) return [alert];
  const known = await client.get<unknown>(`/nodes/${encodeURIComponent(name)}`).then(
    () => true,
    (error: unknown) => {
      if (error instanceof Problem && error.code === 'not-found') return false;
      throw error;
    },
  );
  if (known) {
    throw new Problem('not-found', `no alert fires on node ${name}`, { cure: 'See `headroom alerts`.' });
  }
  const near = nearest(name, [...new Set(alerts.flatMap(({ node, id }) => [node, shortId(id)]))]);
  throw new Problem('not-found', `there is no alert and no node ${name}`, {
    cure: near === undefined ? 'See `headroom alerts`.' : `Did you mean ${near}? See \`headroom alerts\`.`,
  });
}
