/** Counts over time as stacked bars. Drag over a time, or choose it by the keyboard, to see that time alone. */
import { useRef, useState } from "preact/hooks";
import type { Interval } from "../api/generated/graphql";
import { zone } from "../state/preferences";
import { bucketName, roundedUp, SPAN_MS, STACK, sum, told, type Bucket, type KindName } from "../words/buckets";

const HEIGHT = 100;
const TICKS_MAX = 7;

interface Of {
  buckets: Bucket[];
  interval: Interval;
  kinds: KindName[];
  /** What is chosen: from the first bucket's beginning to the last one's end (ms). */
  choose: (from: number, to: number) => void;
  label: string;
  low?: boolean;
}

interface Chosen {
  from: number;
  to: number;
}

export function Histogram({ buckets, interval, kinds, choose, label, low = false }: Of) {
  const [at, setAt] = useState<number | null>(null);
  const [dragged, drag] = useState<Chosen | null>(null);
  const plot = useRef<HTMLDivElement>(null);
  const last = buckets.length - 1;
  const drawn = STACK.filter((name) => kinds.includes(name));
  const most = roundedUp(Math.max(...buckets.map(({ counts }) => sum(counts, drawn)), 1));
  const chosen = dragged && { from: Math.min(dragged.from, dragged.to), to: Math.max(dragged.from, dragged.to) };
  const place = Math.min(at ?? last, last);
  const bucket = buckets[place];
  if (bucket === undefined) return null;

  const bucketAt = (event: PointerEvent) => {
    const { left, width } = plot.current!.getBoundingClientRect();
    return Math.max(0, Math.min(last, Math.floor(((event.clientX - left) / width) * buckets.length)));
  };
  const finish = ({ from, to }: Chosen) => {
    drag(null);
    choose(Date.parse(buckets[from]!.startsAt), Date.parse(buckets[to]!.startsAt) + SPAN_MS[interval]);
  };
  const press = (event: KeyboardEvent) => {
    const to = { ArrowLeft: place - 1, ArrowRight: place + 1, PageUp: place - 10, PageDown: place + 10, Home: 0, End: last }[event.key];
    if (to !== undefined) {
      const next = Math.max(0, Math.min(last, to));
      drag(event.shiftKey ? { from: dragged?.from ?? place, to: next } : null);
      setAt(next);
    } else if (event.key === "Enter") finish(chosen ?? { from: place, to: place });
    else if (event.key === "Escape" && dragged !== null) drag(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div class={`histogram ${low ? "low" : ""}`}>
      <div class="y-axis" aria-hidden="true">
        <span>{most.toLocaleString("en")}</span>
        {!low && <span>{(most / 2).toLocaleString("en")}</span>}
        <span>0</span>
      </div>
      <div
        ref={plot}
        class="plot"
        role="slider"
        tabIndex={0}
        aria-label={`${label}. Arrows move, with Shift they choose a time, Enter shows that time alone`}
        aria-valuemin={1}
        aria-valuemax={buckets.length}
        aria-valuenow={place + 1}
        aria-valuetext={`${chosen ? `from ${bucketName(buckets[chosen.from]!.startsAt, interval, zone.value)} to ` : ""}${bucketName(bucket.startsAt, interval, zone.value)}: ${told(bucket.counts, drawn)}`}
        onKeyDown={press}
        onBlur={() => (setAt(null), drag(null))}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          drag({ from: bucketAt(event), to: bucketAt(event) });
        }}
        onPointerMove={(event) => {
          setAt(bucketAt(event));
          if (dragged !== null && event.buttons > 0) drag({ from: dragged.from, to: bucketAt(event) });
        }}
        onPointerUp={() => chosen !== null && finish(chosen)}
        onPointerLeave={() => dragged === null && setAt(null)}
        onPointerCancel={() => drag(null)}
      >
        <svg viewBox={`0 0 ${buckets.length} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          <path class="grid" d={low ? `M0 0H${buckets.length}` : `M0 0H${buckets.length}M0 ${HEIGHT / 2}H${buckets.length}`} />
          {bars(buckets, drawn, most).map(({ name, d }) => (
            <path key={name} class={`filled ${name}`} d={d} />
          ))}
          {chosen && <rect class="chosen" x={chosen.from} width={chosen.to - chosen.from + 1} y="0" height={HEIGHT} />}
          {at !== null && !chosen && <rect class="at" x={place} width="1" y="0" height={HEIGHT} />}
        </svg>
        {at !== null && (
          <div class={`tip ${place > last / 2 ? "left" : ""}`} style={{ [place > last / 2 ? "right" : "left"]: `${share(place, last)}%` }}>
            <b>
              {chosen && chosen.from !== chosen.to
                ? `${bucketName(buckets[chosen.from]!.startsAt, interval, zone.value)} – ${bucketName(buckets[chosen.to]!.startsAt, interval, zone.value)}`
                : bucketName(bucket.startsAt, interval, zone.value)}
            </b>
            {drawn.toReversed().map((name) => {
              const total = buckets.slice(chosen?.from ?? place, (chosen?.to ?? place) + 1).reduce((all, { counts }) => all + counts[name], 0);
              return (
                <span key={name}>
                  <i class={`swatch ${name}`} /> {name} <b>{total.toLocaleString("en")}</b>
                </span>
              );
            })}
          </div>
        )}
      </div>
      <Ticks buckets={buckets} interval={interval} />
    </div>
  );
}

/** How far a bucket is from its nearer side, as the share of the whole. */
function share(place: number, last: number): number {
  return (place > last / 2 ? (last - place + 1) / (last + 1) : (place + 1) / (last + 1)) * 100;
}

/** One path a kind, however many buckets: the bars of each stand on those below. */
function bars(buckets: Bucket[], kinds: KindName[], most: number): { name: KindName; d: string }[] {
  const below = new Float64Array(buckets.length);
  return kinds.map((name) => {
    let d = "";
    buckets.forEach(({ counts }, index) => {
      if (counts[name] === 0) return;
      const height = (counts[name] / most) * HEIGHT;
      below[index]! += height;
      d += `M${index + 0.1} ${(HEIGHT - below[index]!).toFixed(2)}h.8v${height.toFixed(2)}h-.8z`;
    });
    return { name, d };
  });
}

function Ticks({ buckets, interval }: { buckets: Bucket[]; interval: Interval }) {
  const every = Math.ceil(buckets.length / TICKS_MAX);
  return (
    <div class="x-axis" aria-hidden="true">
      {buckets.map(({ startsAt }, index) => {
        if (index % every !== 0) return null;
        const name = bucketName(startsAt, interval, zone.value);
        return (
          <span key={startsAt} style={{ left: `${(index / buckets.length) * 100}%` }}>
            {interval === "DAY" ? name.slice(5) : buckets.length <= 26 ? name.slice(11) : name.slice(5)}
          </span>
        );
      })}
    </div>
  );
}

/** The same as a table, whose rows are links to their time alone. */
export function HistogramTable({ buckets, interval, kinds, link }: Omit<Of, "choose" | "label"> & { link: (from: number, to: number) => string }) {
  const drawn = STACK.filter((name) => kinds.includes(name)).toReversed();
  return (
    <details class="as-table">
      <summary>As a table</summary>
      <div class="scroll" tabIndex={0} role="region" aria-label="Counts over time">
        <table>
          <thead>
            <tr>
              <th scope="col">{interval === "DAY" ? "Day (UTC)" : `Hour (${zone.value})`}</th>
              {drawn.map((name) => (
                <th key={name} scope="col" class="number">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {buckets
              .filter(({ counts }) => sum(counts, drawn) > 0)
              .map(({ startsAt, counts }) => (
                <tr key={startsAt}>
                  <th scope="row">
                    <a data-page href={link(Date.parse(startsAt), Date.parse(startsAt) + SPAN_MS[interval])}>
                      {bucketName(startsAt, interval, zone.value)}
                    </a>
                  </th>
                  {drawn.map((name) => (
                    <td key={name} class="number">
                      {counts[name].toLocaleString("en")}
                    </td>
                  ))}
                </tr>
              ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
