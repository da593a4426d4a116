/**
 * Threads as RFC 5256 makes them (THREAD=REFERENCES, which follows Jamie Zawinski's algorithm), for mails that have a Message-ID each. Ids
 * that no mail has are nodes all the same, and are left out in the end; step 5, which gathers threads of one subject, can be left out
 * as Thunderbird does.
 */
export interface MailHead {
  readonly id: string;
  readonly references: readonly string[];
  readonly subject: string;
}

interface Container {
  mail?: MailHead;
  parent?: Container | undefined;
  readonly children: Set<Container>;
}

/** The threads: the subjects of the mails in each, in the order in which the mails came. */
export function threadsOf(mails: readonly MailHead[], options: { bySubject: boolean }): MailHead[][] {
  const containers = new Map<string, Container>();
  const containerOf = (id: string): Container => {
    const known = containers.get(id) ?? { children: new Set<Container>() };
    containers.set(id, known);
    return known;
  };
  for (const mail of mails) {
    // Step 1.A: link the references of each mail in order, unless already linked or a loop would be made.
    const chain = mail.references.map(containerOf);
    chain.slice(1).forEach((child, i) => {
      if (child.parent === undefined) link(chain[i], child);
    });
    // Step 1.B: the last reference is the parent of the mail, whatever was its parent before.
    const own = containerOf(mail.id);
    own.mail = mail;
    own.parent?.children.delete(own);
    own.parent = undefined;
    const last = chain.at(-1);
    if (last) link(last, own);
  }
  // Steps 2 and 3: roots, without those that have no mail below them.
  const roots = [...containers.values()].filter(({ parent }) => parent === undefined);
  const threads = roots.map((root) => mailsOf(root)).filter((thread) => thread.length > 0);
  if (!options.bySubject) return threads.map((thread) => inOrder(thread, mails));
  // Step 5: threads whose first mails have one base subject are one.
  const bySubject = new Map<string, MailHead[]>();
  for (const thread of threads) {
    const subject = baseSubject(inOrder(thread, mails)[0].subject);
    bySubject.set(subject, [...(bySubject.get(subject) ?? []), ...thread]);
  }
  return [...bySubject.values()].map((thread) => inOrder(thread, mails));
}

function link(parent: Container, child: Container): void {
  for (let up: Container | undefined = parent; up; up = up.parent) if (up === child) return;
  child.parent = parent;
  parent.children.add(child);
}

function mailsOf(container: Container): MailHead[] {
  return [...(container.mail ? [container.mail] : []), ...[...container.children].flatMap(mailsOf)];
}

function inOrder(thread: readonly MailHead[], mails: readonly MailHead[]): MailHead[] {
  return [...thread].sort((a, b) => mails.indexOf(a) - mails.indexOf(b));
}

/** RFC 5256 section 2.1: what remains of a subject without `Re:`, `Fwd:`, `(fwd)` and `[blobs]`. */
export function baseSubject(subject: string): string {
  let base = subject.replace(/\s+/g, ' ').trim();
  for (;;) {
    const before = base;
    // (2) trailer, (3) leader, (4) a blob, as long as something is left.
    base = base.replace(/(?:\(fwd\)|\s)+$/i, '');
    base = base.replace(/^(?:(?:\[[^[\]]*\] *)*(?:re|fwd?) *(?:\[[^[\]]*\] *)?:| )/i, '');
    const withoutBlob = base.replace(/^\[[^[\]]*\] */, '');
    if (withoutBlob !== '') base = withoutBlob;
    if (base !== before) continue;
    const forwarded = /^\[fwd:(.*)\]$/i.exec(base);
    if (!forwarded) return base.trim().toLowerCase();
    base = forwarded[1];
  }
}
