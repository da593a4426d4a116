import { tableSection } from './html-table.js';
import { html, Markup } from './html-tag.js';
import { PALETTES } from './palette.js';
import { isWebAddress } from './phrases.js';
import type { Fact, Story } from './story.js';
import { CELL, FONT, STYLE } from './style.js';

export interface PictureSlot {
  readonly cid: string;
  readonly about: string;
}

const { back, card, edge, rule: line, ink, quiet, link, button, buttonInk, notice, tones } = PALETTES.light;
const style = new Markup(STYLE);

/** A story as an HTML mail: tables and inline styles, nothing from elsewhere, readable from 320 px on, light and dark. */
export function writeHtml(story: Story, pictures: readonly PictureSlot[]): string {
  const colour = tones[story.tone];
  const sections = [
    heading(story, colour),
    story.table && tableSection(story.table),
    factsSection(
      story.about === undefined ? 'What will happen' : `The worst: ${story.about}`,
      story.what,
      story,
    ),
    factsSection('How sure, and why', story.why, story),
    pictures.length === 0 ? undefined : pictures.map(pictureRow),
    factsSection('What to do', story.actions, story),
    story.past && factsSection('What happened before', [story.past], story),
    linksRow(story),
    footerRow(story),
  ];
  return html`<!doctype html>
<html lang="en" dir="ltr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<meta name="x-apple-disable-message-reformatting"><meta name="format-detection" content="telephone=no,date=no,address=no">
<title>${story.subject}</title><style>${style}</style></head>
<body class="hr-back" style="margin:0;padding:0;background:${back};">
<div role="main" lang="en" dir="ltr">
<table role="presentation" class="hr-back" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:${back};"><tr>
<td align="center" style="padding:12px 8px;">
<table role="presentation" class="hr-card" width="680" cellpadding="0" cellspacing="0" border="0" style="width:100%;max-width:680px;background:${card};border:1px solid ${edge};border-top:5px solid ${colour};text-align:left;">
${sections}</table></td></tr></table></div></body></html>
`.text;
}

function heading({ badge, rule, headline, summary, notices, tone }: Story, colour: string): Markup {
  const warnings = notices.map(
    (text) =>
      html`<p class="hr-notice" style="margin:0 0 10px;padding:8px 12px;background:${notice};color:${ink};${FONT}font-size:14px;line-height:20px;">${text}</p>`,
  );
  const said =
    summary === undefined
      ? undefined
      : html`<p class="hr-ink" style="margin:8px 0 0;color:${ink};${FONT}font-size:15px;line-height:22px;word-break:break-word;">${summary}</p>`;
  return html`<tr><td class="hr-pad" style="padding:16px 20px 8px;">
${warnings}<p style="margin:0 0 6px;${FONT}font-size:12px;line-height:16px;word-break:break-word;"><b class="hr-${tone}" style="letter-spacing:0.5px;color:${colour};">${badge}</b> <span class="hr-quiet" style="color:${quiet};">${rule}</span></p>
<h1 class="hr-ink" style="margin:0;color:${ink};${FONT}font-size:19px;line-height:26px;font-weight:bold;word-break:break-word;">${headline}</h1>
${said}</td></tr>
`;
}

/** A light card under the picture, so that it can be read in a dark mail program, too. */
function pictureRow({ cid, about }: PictureSlot): Markup {
  return html`<tr><td class="hr-pad" style="padding:8px 20px;"><img src="cid:${cid}" width="638" alt="${about}" style="display:block;width:100%;max-width:638px;height:auto;border:0;background:#ffffff;color:#1b2430;${FONT}font-size:13px;line-height:18px;"></td></tr>
`;
}

function factsSection(title: string, facts: readonly Fact[], { state, occasion }: Story): Markup | undefined {
  if (facts.length === 0) return undefined;
  const isPast = state === 'resolved' || occasion === 'breached';
  const words = isPast ? (PAST_TITLES[title] ?? title) : title;
  return html`<tr><td class="hr-pad" style="padding:8px 20px;">
<h2 class="hr-ink" style="margin:0 0 4px;color:${ink};${FONT}font-size:15px;line-height:22px;font-weight:bold;word-break:break-word;">${words}</h2>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">${facts.map(factRow)}</table></td></tr>
`;
}

const PAST_TITLES: Readonly<Record<string, string>> = {
  'What will happen': 'What happened',
  'How sure, and why': 'Why',
};

function factRow({ label, text, points = [], url }: Fact): Markup {
  const list =
    points.length === 0
      ? undefined
      : html`<ul style="margin:4px 0 0;padding:0 0 0 18px;">${points.map((point) => html`<li style="margin:0 0 2px;">${point}</li>`)}</ul>`;
  const content =
    url !== undefined && isWebAddress(url)
      ? html`<a class="hr-link" href="${url}" style="color:${link};word-break:break-all;">${text}</a>`
      : text;
  return html`<tr><td class="hr-quiet hr-line hr-label" width="124" style="width:124px;padding:7px 12px 7px 0;color:${quiet};border-top:1px solid ${line};word-break:break-word;${CELL}">${label}</td>
<td class="hr-ink hr-line hr-value" style="padding:7px 0;color:${ink};border-top:1px solid ${line};word-break:break-word;overflow-wrap:anywhere;${CELL}">${content}${list}</td></tr>
`;
}

/** Plain links that a thumb can hit: 44 px high (WCAG 2.2, 2.5.5). */
function linksRow({ links }: Story): Markup | undefined {
  if (links.length === 0) return undefined;
  const items = links.map(
    ({ text, url }) =>
      html`<a class="hr-button" href="${url}" style="display:inline-block;min-width:44px;margin:0 8px 8px 0;padding:0 18px;background:${button};border:1px solid ${button};border-radius:4px;color:${buttonInk};${FONT}font-size:15px;line-height:44px;font-weight:bold;text-align:center;text-decoration:none;">${text}</a>\n`,
  );
  return html`<tr><td class="hr-pad" style="padding:12px 20px 4px;">${items}</td></tr>
`;
}

function footerRow({ footer }: Story): Markup {
  return html`<tr><td class="hr-quiet hr-pad" style="padding:8px 20px 14px;color:${quiet};${FONT}font-size:12px;line-height:17px;word-break:break-word;overflow-wrap:anywhere;">${footer}</td></tr>
`;
}
