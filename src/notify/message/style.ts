import { PALETTES } from './palette.js';

export const FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;";
export const CELL = `${FONT}font-size:14px;line-height:20px;vertical-align:top;`;

/** On a phone labels stand above what they label, rows become cards, and buttons are as wide as the page. */
const NARROW = `@media (max-width:480px){
.hr-label{display:block!important;width:auto!important;padding:8px 0 0!important}
.hr-value{display:block!important;padding:0 0 8px!important;border-top:0!important}
.hr-head{display:none!important}
.hr-row{display:block!important;padding:8px 0!important;border-top:1px solid ${PALETTES.light.rule}}
.hr-cell{display:block!important;padding:0!important;border-top:0!important}
.hr-aside{display:inline-block!important;padding:0 14px 0 0!important}
.hr-name{display:inline!important}
.hr-break{display:none!important}
.hr-under{padding-left:6px}
.hr-button{display:block!important;margin:0 0 8px!important}
.hr-pad{padding-left:14px!important;padding-right:14px!important}
}`;

/** Mail programs that know the dark scheme take these; the others see the inline colours. */
function darkRules(): string {
  const { back, card, edge, rule, ink, quiet, link, button, buttonInk, notice, tones } = PALETTES.dark;
  const rules = [
    `.hr-back{background:${back}!important}`,
    `.hr-card{background:${card}!important;border-left-color:${edge}!important;border-right-color:${edge}!important;border-bottom-color:${edge}!important}`,
    `.hr-ink{color:${ink}!important}`,
    `.hr-quiet{color:${quiet}!important}`,
    `.hr-line,.hr-row{border-color:${rule}!important}`,
    `.hr-link{color:${link}!important}`,
    `.hr-button{background:${button}!important;border-color:${button}!important;color:${buttonInk}!important}`,
    `.hr-notice{background:${notice}!important;color:${ink}!important}`,
    ...Object.entries(tones).map(([tone, colour]) => `.hr-${tone}{color:${colour}!important}`),
  ];
  return `@media (prefers-color-scheme:dark){\n${rules.join('\n')}\n}`;
}

export const STYLE = `:root{color-scheme:light dark;supported-color-schemes:light dark}\n${NARROW}\n${darkRules()}`;
