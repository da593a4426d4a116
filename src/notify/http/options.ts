import { z } from 'zod';
import { durationOption } from '../duration-option.js';

/** Options that channels over HTTP have in common; each takes those that it needs. */

/** An address with http or https; credentials in it are refused unless the channel says what they are for. */
export function webAddress(example: string) {
  return z.url({ protocol: /^https?$/, error: `must be an address such as ${example}` });
}

export const timeout = durationOption('15s')
  .default('15s')
  .describe('How long the receiver may take to answer one request.');

export const privateAddresses = z
  .boolean()
  .default(true)
  .describe(
    'Whether the receiver may be in a private network. Set it to false where others write this file.',
  );

const headerValue = z.string().regex(/^[\t\x20-\x7e]*$/, 'must be plain characters on one line');

export const headers = z
  .record(z.string().regex(/^[A-Za-z0-9-]+$/, 'must be a header name'), headerValue)
  .default({})
  .describe('More headers, such as Authorization.')
  .meta({ secret: true });

export const user = z
  .string()
  .regex(/^[^:]+$/, 'must be without a colon')
  .optional()
  .describe('User for basic authentication.');

export const password = z.string().min(1).optional().describe('Password of the user.').meta({ secret: true });

export const bearerToken = z
  .string()
  .regex(/^[\x21-\x7e]+$/, 'must be plain characters without spaces')
  .optional()
  .describe('Token for "Authorization: Bearer", in place of user and password.')
  .meta({ secret: true });

/** What is wrong with a choice of credentials; undefined when nothing is. */
export function credentialFault(given: {
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly bearerToken?: string | undefined;
}): string | undefined {
  if ((given.user === undefined) !== (given.password === undefined)) {
    return 'user and password go together: give both or none';
  }
  if (given.user !== undefined && given.bearerToken !== undefined) {
    return 'give user and password or bearerToken, not both: there is one Authorization header';
  }
  return undefined;
}

/** The Authorization header of these credentials, RFC 7617 and RFC 6750; empty without any. */
export function authorizationOf(given: {
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly bearerToken?: string | undefined;
}): Readonly<Record<string, string>> {
  if (given.bearerToken !== undefined) return { authorization: `Bearer ${given.bearerToken}` };
  if (given.user === undefined) return {};
  const pair = Buffer.from(`${given.user}:${given.password ?? ''}`).toString('base64');
  return { authorization: `Basic ${pair}` };
}
