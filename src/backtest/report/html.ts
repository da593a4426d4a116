import { html, Markup, pageColours } from '../../notify/index.js';
import type { BacktestResult } from '../backtest.js';
import { type Gallery, galleriesOf, timelineOf } from './pictures.js';
import { reportOf, type Table } from './sections.js';
import { Words } from './words.js';

/** Of a list of cases so many are in the page; the JSON has all. */
const MOST_ROWS = 200;

const STYLE = `
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);font:15px/1.5 Inter,system-ui,sans-serif}
main{max-width:1360px;margin:0 auto;padding:24px 20px 60px}
h1{font-size:24px;margin:0 0 12px}
h2{font-size:17px;margin:32px 0 8px}
ul{margin:0;padding-left:20px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:13.5px;font-variant-numeric:tabular-nums}
th,td{padding:5px 12px 5px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--grid)}
th{color:var(--quiet);font-weight:500;white-space:nowrap}
.figure{text-align:right;white-space:nowrap}
.quiet{color:var(--quiet)}
svg{display:block;width:100%;height:auto}
.wide{border:1px solid var(--grid);border-radius:8px;overflow:hidden}
.pictures{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,520px),1fr));gap:16px}
.pictures>div{border:1px solid var(--grid);border-radius:8px;overflow:hidden}
.key{display:flex;flex-wrap:wrap;gap:4px 18px;margin:8px 0 0;font-size:13px;color:var(--quiet)}
.key i{display:inline-block;width:12px;height:12px;border-radius:2px;margin-right:6px;vertical-align:-1px}
`;

/** The report as one page that needs nothing beside it: tables, a timeline of alerts, a picture of each case. */
export function htmlReport(result: BacktestResult): string {
  const words = new Words(result);
  const { title, summary, tables } = reportOf(result);
  const figures = tables.filter(({ isList }) => !isList);
  const lists = tables.filter(({ isList }) => isList);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title>
<style>${new Markup(pageColours() + STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<ul>${summary.map((sentence) => html`<li>${sentence}</li>`)}</ul>
${figures.map(tableOf)}
<h2>When alerts fired</h2>
<div class="wide">${new Markup(timelineOf(result, words))}</div>
${KEY}
${galleriesOf(result, words).map(galleryOf)}
${lists.map(tableOf)}
</main>
</body>
</html>
`;
  return page.text;
}

const KEY = html`<p class="key">
<span><i style="background:var(--live)"></i>breach announced, or followed by one</span>
<span><i style="background:var(--fit)"></i>late</span>
<span><i style="background:var(--danger)"></i>false alarm; breach</span>
<span><i style="background:var(--quiet)"></i>undecided, or not followed by a breach</span>
</p>`;

function galleryOf({ title, count, pictures }: Gallery): Markup {
  const shown = pictures.length < count ? `${pictures.length} of ${count}` : String(count);
  return html`<h2>${title} <span class="quiet">${shown}</span></h2>
<div class="pictures">${pictures.map((svg) => html`<div>${new Markup(svg)}</div>`)}</div>`;
}

function tableOf({ title, head, rows, isList }: Table): Markup {
  const shown = isList ? rows.slice(0, MOST_ROWS) : rows;
  const classOf = (column: number): Markup => (head[column].isFigure ? html` class="figure"` : html``);
  const more =
    rows.length > shown.length
      ? html`<p class="quiet">and ${rows.length - shown.length} more; --format json has all</p>`
      : html``;
  return html`<h2>${title}</h2>
<div class="scroll"><table>
<tr>${head.map(({ name }, column) => html`<th${classOf(column)}>${name}</th>`)}</tr>
${shown.map((row) => html`<tr>${row.map((cell, column) => html`<td${classOf(column)}>${cell}</td>`)}</tr>\n`)}
</table></div>${more}`;
}
