import type { Message, PastEpisode } from '../../dispatch/index.js';
import { formatDuration } from '../../telemetry/index.js';
import { fatesText, fateText } from './fate.js';
import { nameText } from './phrases.js';
import type { Fact } from './story.js';
import type { Times } from './times.js';

const EPISODES_AT_MOST = 5;

/** What happened when it fired before, the latest first; undefined when it never did. */
export function pastFact(history: Message['history'], at: number, times: Times): Fact | undefined {
  if (history.length === 0) return undefined;
  const count = history.length === 1 ? 'It fired once before' : `It fired ${history.length} times before`;
  const fates = fatesText(history.map(({ outcome }) => outcome));
  const shown = history.slice(0, EPISODES_AT_MOST).map((episode) => episodeText(episode, at, times));
  const rest = history.length - EPISODES_AT_MOST;
  return {
    label: 'The last times',
    text: history.length === 1 ? `${count}.` : `${count}: ${fates}.`,
    points: [...shown, ...(rest > 0 ? [`and ${rest} earlier`] : [])],
  };
}

function episodeText({ node, firedAt, endedAt, outcome }: PastEpisode, at: number, times: Times): string {
  const who = node === '' ? 'fleet' : nameText(node);
  const lasted = formatDuration(endedAt - firedAt);
  return `${times.dated(firedAt, at)}, ${who}: ${fateText(outcome)}; over after ${lasted}.`;
}
