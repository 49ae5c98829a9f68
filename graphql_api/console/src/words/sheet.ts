/** The rows of a file that are walked oldest first: each id once, where it came last; the file may begin with either end. */
interface Place {
  page: number;
  from: number;
  to: number;
}

interface Page {
  /** Its lines in the file's order. A browser may keep them on disk. */
  lines: Blob;
  /** Those that came again later. */
  old: Place[];
}

export class Sheet {
  private readonly pages: Page[] = [];
  private readonly places = new Map<string, Place>();

  constructor(private readonly newestFirst: boolean) {}

  get rows(): number {
    return this.places.size;
  }

  /** Further rows, in the order in which they were walked. */
  add(walked: { id: string; line: string }[]): void {
    const page = this.pages.length;
    const texts: Uint8Array<ArrayBuffer>[] = [];
    let from = 0;
    for (const { id, line } of this.newestFirst ? walked.toReversed() : walked) {
      const text = new TextEncoder().encode(line);
      const before = this.places.get(id);
      if (before) this.pages[before.page]?.old.push(before);
      this.places.set(id, { page, from, to: from + text.length });
      from += text.length;
      texts.push(text);
    }
    this.pages.push({ lines: new Blob(texts), old: [] });
  }

  file(head: string, type: string): Blob {
    const pages = this.newestFirst ? this.pages.toReversed() : this.pages;
    return new Blob([head, ...pages.flatMap(current)], { type });
  }
}

function current({ lines, old }: Page): Blob[] {
  const ends = old.toSorted((one, other) => one.from - other.from);
  return [...ends.map(({ from }, index) => lines.slice(ends[index - 1]?.to ?? 0, from)), lines.slice(ends.at(-1)?.to ?? 0)];
}
