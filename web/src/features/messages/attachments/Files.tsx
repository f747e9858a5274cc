import { Suspense } from "react";
import type { StoredFile } from "../../../api/types.ts";
import { kindOf } from "../../../chat/files/kind.ts";
import { useSelect } from "../../../context/engine.tsx";
import type { OutgoingId } from "../../../sync/state.ts";
import { cx } from "../../../ui/cx.ts";
import { late } from "../../../ui/late.ts";
import { columnsOf, placeOfOne } from "./layout.ts";

const stored = late(async () => (await import("./Attachments.tsx")).Attachments);
const outgoing = late(async () => (await import("./Outgoing.tsx")).OutgoingAttachments);

/** Fetches what shows files before there is one to show. */
export function preloadFiles(): void {
  stored.preload();
  outgoing.preload();
}

/** What a message carries. */
export function MessageFiles({ files }: { files: readonly StoredFile[] }) {
  return (
    <Suspense fallback={<Reserved files={files} />}>
      <stored.Component files={files} />
    </Suspense>
  );
}

/** What a message on its way carries. */
export function OutgoingFiles({ ids }: { ids: readonly OutgoingId[] }) {
  const all = useSelect((state) => state.outgoing);
  return (
    <Suspense fallback={<Reserved files={ids.flatMap((id) => all.get(id) ?? [])} />}>
      <outgoing.Component ids={ids} />
    </Suspense>
  );
}

/** As high as the files will stand. */
function Reserved({ files }: { files: readonly Pick<StoredFile, "id" | "type" | "width" | "height">[] }) {
  const pictures = files.filter(({ type, width, height }) => kindOf(type) === "image" && width && height);
  const others = files.filter((file) => !pictures.includes(file));
  const [only, more] = pictures;
  const one = only && !more ? placeOfOne(only.width ?? 4, only.height ?? 3) : null;
  return (
    <div aria-hidden="true" className="mt-1 mb-0.5 flex flex-col items-start gap-1.5">
      {one ? (
        <span
          className="block max-w-full rounded-m bg-sunken"
          style={{ width: one.width, aspectRatio: `${one.width} / ${one.height}` }}
        />
      ) : null}
      {more ? (
        <span
          className={cx(
            "grid w-[420px] max-w-full gap-1",
            columnsOf(pictures.length) === 2 ? "grid-cols-2" : "grid-cols-3",
          )}
        >
          {pictures.map(({ id }) => (
            <span key={id} className="block aspect-square bg-sunken" />
          ))}
        </span>
      ) : null}
      {others.map(({ id, type }) => (
        <span key={id} className="block w-full max-w-[420px] rounded-m border border-line">
          {kindOf(type) === "video" ? <span className="block aspect-video" /> : null}
          <span className="block h-14 pointer-coarse:h-15" />
          {kindOf(type) === "text" ? <span className="block h-36" /> : null}
          {kindOf(type) === "audio" ? <span className="mb-2 block h-[54px]" /> : null}
        </span>
      ))}
    </div>
  );
}
