import { html, type Markup } from './html-tag.js';
import { PALETTES } from './palette.js';
import { FONT } from './style.js';
import type { Row, Table } from './table.js';

const { rule: line, ink, quiet } = PALETTES.light;
const SMALL = `${FONT}font-size:13px;line-height:18px;vertical-align:top;`;
const COLUMNS = ['Node', 'Expected', 'Sure', 'In use', 'Why'];

/** One row a node; on a narrow screen a card each, with the columns' names before what they name. */
export function tableSection({ rows, more }: Table): Markup {
  const head = COLUMNS.map(
    (name) =>
      html`<th scope="col" class="hr-quiet" style="padding:4px 8px 4px 0;color:${quiet};${SMALL}font-weight:normal;text-align:left;">${name}</th>`,
  );
  const rest = more.map(
    (text) =>
      html`<p class="hr-quiet" style="margin:8px 0 0;color:${quiet};${SMALL}word-break:break-word;overflow-wrap:anywhere;">${text}</p>`,
  );
  return html`<tr><td class="hr-pad" style="padding:8px 20px;"><table width="100%" cellpadding="0" cellspacing="0" border="0" style="width:100%;">
<thead><tr class="hr-head">${head}</tr></thead>
<tbody>${rows.map(nodeRow)}</tbody></table>${rest}</td></tr>
`;
}

function nodeRow({ node, rule, when, range, sure, use, why }: Row): Markup {
  const under = (text: string | undefined) =>
    text === undefined || text === '-'
      ? undefined
      : html`<br class="hr-break"><span class="hr-quiet hr-under" style="color:${quiet};font-size:12px;font-weight:normal;">${text}</span>`;
  return html`<tr class="hr-row"><th scope="row" class="hr-ink hr-line hr-cell" style="padding:6px 8px 6px 0;color:${ink};border-top:1px solid ${line};${SMALL}font-weight:bold;text-align:left;overflow-wrap:anywhere;">${node}${under(rule)}</th>
${cell('Expected', html`${when}${under(range)}`)}${cell('Sure', sure, 'hr-aside')}${cell('In use', use, 'hr-aside')}${cell('Why', why)}</tr>
`;
}

function cell(name: string, content: Markup | string, more = ''): Markup {
  return html`<td class="hr-ink hr-line hr-cell ${more}" style="padding:6px 8px 6px 0;color:${ink};border-top:1px solid ${line};${SMALL}overflow-wrap:anywhere;"><span class="hr-name hr-quiet" style="display:none;color:${quiet};mso-hide:all;">${name}: </span>${content}</td>
`;
}
