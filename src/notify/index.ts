// Comes in: messages. Goes out: deliveries, durably: outbox, channels, retries, dead letters.
// Outbox.prepare's entries are appended together with the transitions that they tell of; channels/ are
// the ways out, message/ the words, chart/ the picture.

export type { ChannelHealth } from './channel-watch.js';
export { CHANNEL_TYPES, type ChannelOptions, channelOptions, openChannel } from './channels/index.js';
export {
  type ChartOptions,
  drawChart,
  drawPast,
  drawTimeline,
  type Past,
  PngRenderer,
  pageColours,
  peakOf,
  type ThemeName,
  type TimelineRow,
} from './chart/index.js';
export * from './contract.js';
export { exampleMessage } from './example.js';
export { type Beat, type Heartbeat, startHeartbeat } from './heartbeat.js';
export type { LetterView } from './letter.js';
export { html, Markup } from './message/html-tag.js';
export { PageWriter, type PageWriterOptions } from './message/page-writer.js';
export { planRestarts, type RestartPlan, type Threat } from './message/restart-plan.js';
export { Times } from './message/times.js';
export { type Notify, type NotifyContext, openNotify } from './open-notify.js';
export { type NotifyOptions, notifyOptions } from './options.js';
export { Outbox, type OutboxOptions } from './outbox.js';
export type { Delivered } from './outbox-records.js';
export { type RefreshContext, startRefresh } from './refresh.js';
export { spreadEvenly } from './schedule.js';
export { findSecrets, maskSecrets } from './secrets.js';
