import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { calibrate } from '../judge/calibration.js';
import type { ScoredSet } from '../judge/outcome.js';
import { quality } from '../judge/score.js';
import { type NodeSeries, readSeries } from '../read/series.js';
import {
  accuracyPage,
  isOwnRecording,
  type Picture,
  type Said,
  type SetPictures,
  worstFirst,
} from './page.js';
import { drawCalibration } from './pictures/draw-calibration.js';
import { drawLeads } from './pictures/draw-leads.js';
import { drawNode } from './pictures/draw-node.js';
import { mistakes, wordsOf } from './rows.js';

const FOLDER = 'images/accuracy';
/** A page that nobody scrolls to its end helps nobody. */
const PICTURES_AT_MOST = 24;

/** Writes the page and its pictures beside it; pictures of an earlier run are removed. */
export async function writePage(file: string, sets: readonly ScoredSet[], said: Said): Promise<void> {
  const folder = join(dirname(file), FOLDER);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const pictures = new Map<string, SetPictures>();
  for (const set of sets) pictures.set(set.name, await drawSet(set, folder));
  writeFileSync(file, accuracyPage(sets, pictures, said));
}

async function drawSet(set: ScoredSet, folder: string): Promise<SetPictures> {
  const save = (name: string, text: string, svg: string): Picture => {
    const safe = `${name.replace(/[^\w.-]+/g, '-')}.svg`;
    writeFileSync(join(folder, safe), `${svg}\n`);
    return { file: `${FOLDER}/${safe}`, text };
  };
  const { leads } = quality(set.nodes);
  const text = `Lead times on ${set.name}`;
  const calibrated = `Said against came, on ${set.name}`;
  return {
    calibration: save(
      `calibration-${set.name}`,
      calibrated,
      drawCalibration(calibrate(set.nodes), calibrated),
    ),
    ...(leads.length > 1 ? { leads: save(`leads-${set.name}`, text, drawLeads(leads, text)) } : {}),
    mistakes: await drawMistakes(set, save),
  };
}

/** Curves are drawn of own recordings only. */
async function drawMistakes(
  { nodes }: ScoredSet,
  save: (name: string, text: string, svg: string) => Picture,
): Promise<Picture[]> {
  const worst = worstFirst(mistakes(nodes.filter(isOwnRecording))).slice(0, PICTURES_AT_MOST);
  const known = new Map<string, Map<string, NodeSeries>>();
  const pictures: Picture[] = [];
  for (const mistake of worst) {
    const { label, file } = mistake.node;
    const traces = known.get(file) ?? (await readSeries(file));
    known.set(file, traces);
    const series = traces.get(label.node);
    if (!series) continue;
    const text = `${label.trace} ${label.node}, ${label.scenario}, ${label.runtime}: ${wordsOf(mistake.judgement)}`;
    pictures.push(save(`${label.trace}-${label.node}`, text, drawNode(mistake, series, text)));
  }
  return pictures;
}
