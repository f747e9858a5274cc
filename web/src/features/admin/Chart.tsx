import { useEffect, useId, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { locale, timeOfDay } from "../../i18n/format.ts";
import { useTranslation } from "../../i18n/index.ts";

/** One line of a chart. */
export interface Line {
  readonly name: string;
  readonly values: readonly (number | null)[];
  /** The theme's colour that it is drawn in. */
  readonly tone: "accent" | "danger" | "warn";
}

const height = 168;
/** How many rows the table beside a chart has at most. */
const tableRows = 30;

/** Lines over time, drawn for the eye, with a table of the same for everybody. */
export function Chart({
  title,
  from,
  step,
  lines,
  show,
  binary = false,
}: {
  title: string;
  /** When the first value was taken, in seconds since 1970. */
  from: number;
  /** Seconds between two values. */
  step: number;
  lines: readonly Line[];
  /** A value in words. */
  show: (value: number) => string;
  /** The values are amounts of bytes. */
  binary?: boolean;
}) {
  const { t } = useTranslation();
  const id = useId();
  const length = Math.max(0, ...lines.map((line) => line.values.length));
  const latest = lines.map((line) => line.values.findLast((value) => value !== null) ?? null);
  return (
    <figure aria-labelledby={id} className="min-w-0 rounded-l border border-line p-4">
      <figcaption className="mb-3 flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <span id={id} className="font-semibold text-s">
          {title}
        </span>
        <span className="flex flex-wrap gap-x-4 text-muted text-s">
          {lines.map((line, at) => (
            <span key={line.name} className="flex items-center gap-1.5 tabular-nums">
              <span aria-hidden="true" className={`h-0.5 w-3 rounded-full ${tones[line.tone]}`} />
              {line.name}
              <span className="font-semibold text-text">{latest[at] == null ? "–" : show(latest[at])}</span>
            </span>
          ))}
        </span>
      </figcaption>
      <Drawing from={from} step={step} lines={lines} show={show} binary={binary} />
      <details className="mt-2 text-s">
        <summary className="transition-tone inline-flex min-h-8 cursor-pointer items-center rounded-s px-1 font-medium text-muted hover:text-text pointer-coarse:min-h-11">
          {t("admin.health.as_table")}
          <span className="sr-only">: {title}</span>
        </summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys. */}
        <div tabIndex={0} className="mt-2 max-h-56 overflow-auto">
          <table aria-labelledby={id} className="w-full text-s tabular-nums">
            <thead>
              <tr className="border-line border-b text-left text-muted">
                <th scope="col" className="py-1 pr-3 font-semibold">
                  {t("admin.health.time")}
                </th>
                {lines.map((line) => (
                  <th key={line.name} scope="col" className="py-1 pr-3 text-right font-semibold">
                    {line.name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rowsOf(length).map((at) => (
                <tr key={at} className="border-line border-b">
                  <th scope="row" className="py-1 pr-3 text-left font-normal">
                    {timeOfDay((from + at * step) * 1000)}
                  </th>
                  {lines.map((line) => (
                    <td key={line.name} className="py-1 pr-3 text-right">
                      {line.values[at] == null ? "–" : show(line.values[at])}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}

const tones = { accent: "bg-accent", danger: "bg-danger", warn: "bg-warn" };

/** The places that the table tells, evenly spread, the newest first and always told. */
function rowsOf(length: number): readonly number[] {
  const every = Math.max(Math.ceil(length / tableRows), 1);
  const rows: number[] = [];
  for (let at = length - 1; at >= 0; at -= every) rows.push(at);
  return rows;
}

/** The picture. Canvas knows no themes, so it is drawn anew when the colours change. */
function Drawing({
  from,
  step,
  lines,
  show,
  binary,
}: {
  from: number;
  step: number;
  lines: readonly Line[];
  show: (value: number) => string;
  binary: boolean;
}) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const shown = useRef(show);
  shown.current = show;
  const names = lines.map(({ name, tone }) => `${name}\n${tone}`).join("\n\n");
  const length = Math.max(0, ...lines.map((line) => line.values.length));
  const data: uPlot.AlignedData = [
    Array.from({ length }, (_, at) => from + at * step),
    ...lines.map((line) => [...line.values]),
  ];
  const latest = useRef(data);
  latest.current = data;

  useEffect(() => {
    const place = box.current;
    // Where a browser doesn't let pages draw there is the table.
    if (!place || !document.createElement("canvas").getContext("2d")) return;
    const series = names.split("\n\n").map((text) => text.split("\n") as [string, Line["tone"]]);
    const draw = () => {
      plot.current?.destroy();
      plot.current = new uPlot(
        options(place, series, (value) => shown.current(value), binary),
        latest.current,
        place,
      );
    };
    draw();
    const sized = new ResizeObserver(() => plot.current?.setSize({ width: place.clientWidth, height }));
    sized.observe(place);
    const themed = new MutationObserver(draw);
    themed.observe(document.documentElement, { attributeFilter: ["data-theme", "style"] });
    const system = matchMedia("(prefers-color-scheme: dark)");
    system.addEventListener("change", draw);
    return () => {
      sized.disconnect();
      themed.disconnect();
      system.removeEventListener("change", draw);
      plot.current?.destroy();
      plot.current = null;
    };
  }, [names, binary]);

  useEffect(() => {
    plot.current?.setData(latest.current);
  });

  return <div ref={box} aria-hidden="true" className="h-[168px] min-w-0 overflow-hidden" />;
}

function options(
  place: HTMLElement,
  series: readonly (readonly [string, Line["tone"]])[],
  show: (value: number) => string,
  binary: boolean,
): uPlot.Options {
  const colour = (name: string) => resolved(place, `var(--color-${name})`);
  const axis = { stroke: colour("muted"), font: `11px ${getComputedStyle(place).fontFamily}` };
  const hairline = { stroke: colour("line"), width: 1 };
  return {
    width: place.clientWidth || 320,
    height,
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_, __, most) => [0, most > 0 ? most * 1.1 : 1] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        ticks: { ...hairline, size: 4 },
        size: 26,
        gap: 4,
        values: (_, times) => times.map((at) => clock(at)),
      },
      {
        ...axis,
        grid: hairline,
        ticks: { show: false },
        size: 64,
        space: 28,
        // Amounts of bytes come in doubles, all else in tens; nothing comes in parts of one.
        incrs: Array.from({ length: 50 }, (_, at) =>
          binary ? 2 ** at : ([1, 2, 5][at % 3] ?? 1) * 10 ** Math.floor(at / 3),
        ),
        values: (_: unknown, values: number[]) => values.map(show),
      },
    ],
    series: [
      {},
      ...series.map(([label, tone], at) => ({
        label,
        stroke: colour(tone),
        width: 1.5,
        points: { show: false },
        ...(at === 0 && series.length === 1 ? { fill: faded(colour(tone)) } : {}),
      })),
    ],
  };
}

function clock(seconds: number): string {
  return new Intl.DateTimeFormat(locale(), { hour: "numeric", minute: "2-digit" }).format(seconds * 1000);
}

/** A colour of the theme as it is now, which a canvas can take. */
function resolved(place: HTMLElement, value: string): string {
  const probe = document.createElement("span");
  probe.style.color = value;
  place.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function faded(colour: string): string {
  return colour.replace(/^rgb\((.*)\)$/, "rgba($1, 0.12)");
}
