import type { Logger } from 'pino';
import type { AlertNews } from '../../alert/index.js';
import { drawChart } from '../chart/index.js';
import type { Message, Page, Words } from '../contract.js';
import { writeHtml } from './html.js';
import { goalOf, oneLine } from './phrases.js';
import { type Story, tellStory } from './story.js';
import { writeText } from './text.js';
import { Times } from './times.js';

export interface PageWriterOptions {
  /** IANA name of the time zone in which times stand beside UTC. */
  readonly timeZone: string;
  readonly externalUrl: string | undefined;
  /** Turns SVG into PNG; `scale` is pixels per px. */
  readonly renderPng: (svg: string, scale: number) => Promise<Buffer>;
  readonly log: Logger;
}

type Pictures = readonly (Page['pictures'][number] & { readonly place: number })[];

// Narrower than it is shown in a wide mail, so that its letters can still be read on a phone.
const SIZE = { width: 480, height: 310, theme: 'light' } as const;
const SCALE = 2.5;
/** Messages whose pictures are kept: each recipient of a message gets the same ones. */
const MESSAGES_KEPT = 16;

/** Writes messages for people: words for any channel, pages with pictures for those that can show them. */
export class PageWriter {
  readonly #options: PageWriterOptions;
  readonly #times: Times;
  readonly #pictures = new Map<string, Promise<Pictures>>();

  constructor(options: PageWriterOptions) {
    this.#options = options;
    this.#times = new Times(options.timeZone);
  }

  story(message: Message, at: number): Story {
    return tellStory(message, at, this.#times, this.#options.externalUrl);
  }

  words(message: Message, at: number): Words {
    const story = this.story(message, at);
    return { subject: story.subject, text: writeText(story) };
  }

  async page(message: Message, at: number): Promise<Page> {
    const story = this.story(message, at);
    const pictures = await this.#picturesOf(message);
    const slots = pictures.map(({ cid, place }) => ({
      cid,
      about: story.pictures.find((picture) => picture.place === place)?.about ?? '',
    }));
    return {
      subject: story.threadSubject,
      topic: story.topic,
      text: writeText(story),
      html: writeHtml(story, slots),
      pictures,
    };
  }

  #picturesOf(message: Message): Promise<Pictures> {
    const known = this.#pictures.get(message.id);
    if (known) return known;
    const pictures = this.#draw(message);
    this.#pictures.set(message.id, pictures);
    for (const id of this.#pictures.keys()) {
      if (this.#pictures.size <= MESSAGES_KEPT) break;
      this.#pictures.delete(id);
    }
    return pictures;
  }

  /** A picture is welcome, the message is needed: what cannot be drawn is logged and left out. */
  async #draw(message: Message): Promise<Pictures> {
    const drawn: Pictures[number][] = [];
    for (const [place, alert] of message.alerts.entries()) {
      if (!alert.portrait) continue;
      try {
        const png = await this.#options.renderPng(drawAlert(alert, alert.portrait), SCALE);
        drawn.push({
          place,
          cid: `picture-${place}.${message.id}@headroom`,
          fileName: `memory-${place + 1}.png`,
          png,
        });
      } catch (error) {
        this.#options.log.error({ err: error, node: alert.node, alert: alert.id }, 'notify: no picture');
        break;
      }
    }
    return drawn;
  }
}

function drawAlert(alert: AlertNews, portrait: NonNullable<AlertNews['portrait']>): string {
  const { node, goal, state, breachedAt } = alert;
  const says =
    breachedAt !== undefined
      ? `has reached ${goalOf(alert)}`
      : state === 'resolved'
        ? 'as it was last seen to go'
        : undefined;
  return drawChart(portrait, {
    ...SIZE,
    title: oneLine(node),
    ...(goal === undefined ? {} : { goal }),
    ...(says === undefined ? {} : { says }),
  });
}
