export { drawChart } from './draw-chart.js';
export { drawPast, type Past, peakOf } from './draw-past.js';
export { drawTimeline, type TimelineRow } from './draw-timeline.js';
export type { ChartOptions } from './frame.js';
export { pageColours } from './page-theme.js';
export { PngRenderer } from './png-renderer.js';
export type { ThemeName } from './theme.js';
