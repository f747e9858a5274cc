import { Hash, Lock } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "../../i18n/index.ts";
import { cx } from "../../ui/cx.ts";
import { nameOf } from "../people.ts";
import { PersonGlyph } from "../rooms.tsx";
import type { Candidate, Trigger } from "./completion.ts";

/** What the word at the caret can become, beside the text area, which keeps the focus. */
export function CompletionList({
  id,
  kind,
  candidates,
  chosen,
  onPoint,
  onChoose,
}: {
  id: string;
  kind: Trigger["kind"];
  candidates: readonly Candidate[];
  chosen: number;
  onPoint: (index: number) => void;
  onChoose: (candidate: Candidate) => void;
}) {
  const { t } = useTranslation();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.children[chosen]?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  return (
    <div
      ref={list}
      id={id}
      role="listbox"
      aria-label={t(`composer.complete_${kind}`)}
      className="absolute inset-x-0 bottom-full z-20 mb-2 max-h-72 overflow-y-auto overscroll-contain rounded-m border border-line bg-raised p-1 shadow-float sm:max-w-md"
    >
      {candidates.map((candidate, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the text area holds the focus and takes the keys
        <div
          key={candidate.key}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === chosen}
          onPointerMove={() => onPoint(index)}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onChoose(candidate)}
          className={cx(
            "flex h-9 cursor-pointer select-none items-center gap-2.5 rounded-s px-2 pointer-coarse:h-11",
            index === chosen && "bg-hover",
          )}
        >
          <Content candidate={candidate} />
        </div>
      ))}
    </div>
  );
}

function Content({ candidate }: { candidate: Candidate }) {
  switch (candidate.kind) {
    case "person":
      return (
        <>
          <PersonGlyph user={candidate.user.id} ground="raised" />
          <span className="truncate font-medium">{nameOf(candidate.user)}</span>
          <span className="truncate text-muted text-s">@{candidate.user.username}</span>
        </>
      );
    case "room": {
      const Icon = candidate.room.kind === "private" ? Lock : Hash;
      return (
        <>
          <Icon aria-hidden="true" className="size-4 shrink-0 text-faint" />
          <span className="shrink-0 font-medium">{candidate.room.name}</span>
          <span className="truncate text-muted text-s">{candidate.room.topic}</span>
        </>
      );
    }
    case "emoji":
      return (
        <>
          <span aria-hidden="true" className="w-6 text-center text-l">
            {candidate.emoji.emoji}
          </span>
          <span>:{candidate.emoji.names[0]}:</span>
        </>
      );
  }
}
