import type { ReactNode } from "react";
import { useWide } from "../../ui/useWide.ts";

/** One column of a table. */
export interface Column<Item> {
  /** Its heading. */
  readonly head: string;
  readonly cell: (item: Item) => ReactNode;
  /** Numbers stand at the end of their column. */
  readonly end?: boolean;
}

/** Beside the console's sections a table has no room on less than this, which is also a desk's screen at twice its size. */
const desk = "(min-width: 64rem)";

/** Things in rows: a table where there is room, cards elsewhere. */
export function Table<Item>({
  label,
  items,
  idOf,
  columns,
  card,
}: {
  label: string;
  items: readonly Item[];
  idOf: (item: Item) => string;
  columns: readonly Column<Item>[];
  card: (item: Item) => ReactNode;
}) {
  const wide = useWide(desk);
  if (!wide) {
    return (
      <ul aria-label={label} className="divide-y divide-line border-line border-y">
        {items.map((item) => (
          <li key={idOf(item)}>{card(item)}</li>
        ))}
      </ul>
    );
  }
  const place = ({ end }: Column<Item>) => `px-3 first:pl-2 last:pr-2 ${end ? "text-right tabular-nums" : "text-left"}`;
  return (
    <div className="overflow-x-auto">
      <table aria-label={label} className="w-full border-collapse text-s">
        <thead>
          <tr className="border-line border-b text-muted">
            {columns.map((column) => (
              <th key={column.head} scope="col" className={`whitespace-nowrap py-2 font-semibold ${place(column)}`}>
                {column.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={idOf(item)} className="border-line border-b hover:bg-hover">
              {columns.map((column) => (
                <td key={column.head} className={`py-2.5 align-middle ${place(column)}`}>
                  {column.cell(item)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
