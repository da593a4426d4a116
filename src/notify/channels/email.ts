import { createTransport, type NodemailerError, type SendMailOptions } from 'nodemailer';
import { z } from 'zod';
import { Problem } from '../../problem.js';
import { parseDuration } from '../../telemetry/index.js';
import {
  type Channel,
  type ChannelContext,
  type Delivery,
  type Message,
  OCCASIONS,
  type Occasion,
} from '../contract.js';
import { durationOption } from '../duration-option.js';
import { threadOf } from './email/thread.js';

const address = z
  .string()
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a line break here would be a header of someone else
  .regex(/^[^\u0000-\u001f@]+@[^\u0000-\u001f@]+$/, 'must be a mail address such as oncall@example.org');

export const options = z.strictObject({
  type: z.literal('email'),
  host: z.string().min(1).describe('Mail server (SMTP) that takes the messages.'),
  port: z.int().min(1).max(65535).default(587).describe('Its port.'),
  secure: z
    .boolean()
    .optional()
    .describe('TLS from the first byte; when left out, true on port 465 and false elsewhere.'),
  startTls: z
    .enum(['required', 'if-offered', 'never'])
    .optional()
    .describe('Upgrading to TLS; when left out, required with a user and if-offered without.'),
  trustAnyCertificate: z
    .boolean()
    .default(false)
    .describe('Accept a certificate that nobody vouches for, as of a server inside the house.'),
  user: z.string().min(1).optional().describe('User at the mail server, if it asks for one.'),
  password: z.string().min(1).optional().describe('Password of the user.').meta({ secret: true }),
  from: address.describe('Sender, such as headroom@example.org or "Headroom <headroom@example.org>".'),
  to: z
    .array(address)
    .min(1)
    .transform((list) => [...new Set(list)])
    .describe('Recipients; each gets a mail of its own.'),
  timeout: durationOption('30s')
    .default('30s')
    .describe('How long handing over one mail may take, connecting included.'),
});

export type Options = z.infer<typeof options>;

/** Who works on it is news for all who got the mail. */
export const occasions: readonly Occasion[] = OCCASIONS;

/** A server that is there answers sooner; what takes longer is worth a new connection. */
const CONNECT_MS = 10_000;
const SILENCE_MS = 15_000;
/** Sends mails, one per recipient, over at most four connections that are kept for a minute. */
export function open(options: Options, context: ChannelContext): Channel {
  const startTls = options.startTls ?? (options.user === undefined ? 'if-offered' : 'required');
  const transport = createTransport({
    pool: true,
    maxConnections: 4,
    maxRequeues: 1,
    idleTimeout: 60_000,
    host: options.host,
    port: options.port,
    secure: options.secure ?? options.port === 465,
    requireTLS: startTls === 'required',
    ignoreTLS: startTls === 'never',
    tls: { rejectUnauthorized: !options.trustAnyCertificate },
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    dnsTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(options.user === undefined ? {} : { auth: { user: options.user, pass: options.password ?? '' } }),
  });
  const timeoutMs = parseDuration(options.timeout) ?? 30_000;
  return {
    targets: options.to,
    async send(delivery) {
      const now = context.clock.now();
      const page = await context.page(delivery.message, now);
      const mail: SendMailOptions = {
        ...headersOf(delivery, page.topic, options.from),
        date: new Date(now),
        subject: page.subject,
        text: page.text,
        html: page.html,
        attachments: page.pictures.map(({ cid, fileName, png }) => ({
          cid,
          filename: fileName,
          content: png,
          contentType: 'image/png',
          contentDisposition: 'inline' as const,
        })),
      };
      try {
        await transport.sendMail({ ...mail, signal: AbortSignal.timeout(timeoutMs) });
      } catch (error) {
        throw problemOf(error as NodemailerError, options, delivery.target);
      }
    },
    async check() {
      try {
        await transport.verify();
      } catch (error) {
        throw problemOf(error as NodemailerError, options, 'a check');
      }
    },
    async close() {
      transport.close();
    },
  };
}

function headersOf(delivery: Delivery, topic: string, from: string): SendMailOptions {
  const { id, target, message } = delivery;
  const domain = from.slice(from.lastIndexOf('@') + 1).replace(/>.*$/s, '');
  const { threadTopic, threadIndex, ...thread } = threadOf(delivery, topic, domain);
  return {
    from,
    to: target,
    ...thread,
    headers: {
      'Thread-Topic': threadTopic,
      'Thread-Index': threadIndex,
      // RFC 3834: keeps holiday replies away; Exchange wants its own word for it.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'X-Headroom-Delivery': id,
      'X-Headroom-Message': message.id,
      'X-Headroom-Rule': message.rule,
      'X-Headroom-Severity': message.severity,
      'X-Headroom-State': message.state,
      'X-Headroom-Occasion': message.occasion,
      ...(isUrgent(message) ? { Importance: 'high' } : {}),
    },
  };
}

/** What somebody has taken, or what is only an example, is not urgent. */
function isUrgent({ severity, state, occasion }: Message): boolean {
  const isCalm = occasion === 'test' || occasion === 'acknowledged' || occasion === 'better';
  return severity === 'page' && state === 'firing' && !isCalm;
}

/** RFC 5321 section 4.2.1: 4yz may pass later, 5yz will not. No answer at all may pass later as well. */
function problemOf(error: NodemailerError, { host, port, timeout }: Options, target: string): Problem {
  const server = `mail server ${host}:${port}`;
  if (error.code === 'EABORT') {
    return new Problem('channel-unavailable', `${server} took longer than ${timeout}`);
  }
  // A server that does not encrypt today has said nothing about the mail.
  if (error.responseCode === undefined || error.code === 'ETLS') {
    const why = error.originalCode ?? error.timeoutType ?? error.code ?? 'unknown error';
    return new Problem('channel-unavailable', `${server} cannot be used: ${error.message} (${why})`);
  }
  const answer = (error.response ?? error.message).slice(0, 300);
  if (error.permanent)
    return new Problem('channel-refused', `${server} refused mail for ${target}: ${answer}`);
  return new Problem('channel-unavailable', `${server} put off mail for ${target}: ${answer}`);
}
