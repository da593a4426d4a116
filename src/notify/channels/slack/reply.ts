import { Problem } from '../../../problem.js';
import { type Answer, oneLine, parseJson } from '../../http/index.js';

/** What Slack says to a message: an error in one word, or where it stands (empty for a webhook). */
export interface Reply {
  readonly error?: string;
  readonly ts: string;
}

/** Errors that pass: https://docs.slack.dev/reference/methods/chat.postMessage#errors. All others stay. */
const PASSING: readonly string[] = [
  'ratelimited',
  'rate_limited',
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
  'rollup_error',
];

const ABOUT_BLOCKS: readonly string[] = [
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_blocks_too_long',
  'invalid_attachments',
  'msg_too_long',
];
const ABOUT_THREAD: readonly string[] = ['thread_not_found', 'message_not_found', 'cannot_reply_to_message'];

/** What to do about the errors that people meet when they set it up. */
const CURES: Readonly<Record<string, string>> = {
  invalid_auth: 'Set token to the bot token of the app (OAuth & Permissions), then send again.',
  not_authed: 'Set token to the bot token of the app (OAuth & Permissions), then send again.',
  account_inactive: 'Install the app again and set token to its new bot token, then send again.',
  token_revoked: 'Install the app again and set token to its new bot token, then send again.',
  missing_scope: 'Give the app the scope chat:write, install it again, then send again.',
  channel_not_found: 'Set channel to the id of a channel that the bot can see, then send again.',
  not_in_channel: 'Invite the bot to the channel (/invite), then send again.',
  is_archived: 'Choose a channel that is not archived, then send again.',
};

/**
 * Reads an answer: a webhook says `ok` or what is wrong in a word, the API says it in JSON, and its status 200 alone says
 * nothing.
 * @throws Problem channel-unavailable when it is neither, as somebody else has answered; channel-refused with status 400
 */
export function readReply(url: URL, isApi: boolean, { status, text }: Answer): Reply {
  const answer = isApi ? apiReply(parseJson(text)) : wordReply(text.trim());
  if (answer && (status < 400 || answer.error !== undefined)) return answer;
  throw new Problem(
    status < 400 ? 'channel-unavailable' : 'channel-refused',
    `${url.host} answered ${status}, but not as Slack does: ${oneLine(text)}`,
  );
}

function wordReply(word: string): Reply | undefined {
  if (word === 'ok') return { ts: '' };
  return /^[a-z]+(_[a-z]+)*$/.test(word) ? { error: word, ts: '' } : undefined;
}

function apiReply(answer: unknown): Reply | undefined {
  if (typeof answer !== 'object' || answer === null || !('ok' in answer)) return undefined;
  if (answer.ok === true) return { ts: 'ts' in answer && typeof answer.ts === 'string' ? answer.ts : '' };
  return 'error' in answer && typeof answer.error === 'string' ? { error: answer.error, ts: '' } : undefined;
}

export function isAboutBlocks({ error }: Reply): boolean {
  return error !== undefined && ABOUT_BLOCKS.includes(error);
}

export function isAboutThread({ error }: Reply): boolean {
  return error !== undefined && ABOUT_THREAD.includes(error);
}

/** The problem that an error of Slack is. */
export function refusalOf(url: URL, { error = 'unknown' }: Reply): Problem {
  const message = `${url.host} did not take it: ${oneLine(error)}`;
  if (PASSING.includes(error)) return new Problem('channel-unavailable', message);
  const cure = CURES[error];
  return new Problem('channel-refused', message, cure === undefined ? {} : { cure });
}
