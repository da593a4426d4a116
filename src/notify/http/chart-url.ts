import { z } from 'zod';
import type { Message } from '../contract.js';

const PLACES = /\{(node|rule|alert)\}/g;

/** Where the receiver itself can fetch a picture of an alert; receivers take public https addresses only. */
export const chartUrl = z
  .url({ protocol: /^https$/, error: 'must be an address such as https://charts.example.org/{node}.png' })
  .optional()
  .describe(
    'Public https address of a PNG that shows a node; {node}, {rule} and {alert} in it are replaced. Without it there is no picture.',
  );

/** The address of the picture of a message's worst alert; undefined where there is none. */
export function chartAddress(template: string | undefined, message: Message): string | undefined {
  const [{ id, node, rule }] = message.alerts;
  if (template === undefined || node === '') return undefined;
  const values: Readonly<Record<string, string>> = { node, rule, alert: id };
  return template.replace(PLACES, (_, name: string) =>
    encodeURIComponent(values[name].replace(/[\ud800-\udfff]/gu, '\ufffd')),
  );
}
