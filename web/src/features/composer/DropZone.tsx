import { type RefObject, Suspense, useEffect, useEffectEvent, useState } from "react";
import { createPortal } from "react-dom";
import { late } from "../../ui/late.ts";

const overPart = late(async () => (await import("./DropOverlay.tsx")).DropOverlay);

const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") === true;

/** Takes files that are dropped anywhere on the page, and shows over the room that they may be. */
export function DropZone({
  within,
  title,
  onDrop,
}: {
  /** Somewhere in the room's pane. */
  within: RefObject<HTMLElement | null>;
  title: string;
  onDrop: (data: DataTransfer) => void;
}) {
  const [over, setOver] = useState(false);
  const take = useEffectEvent((event: DragEvent) => {
    if (event.dataTransfer) onDrop(event.dataTransfer);
  });
  useEffect(() => {
    overPart.preload();
    const quiet = () => document.querySelector('[role="dialog"][data-open]') !== null;
    function onDrag(event: DragEvent) {
      if (!carriesFiles(event)) return;
      // Without this the browser would leave the chat to show the file.
      event.preventDefault();
      const takes = !quiet();
      if (event.dataTransfer) event.dataTransfer.dropEffect = takes ? "copy" : "none";
      setOver(takes);
    }
    function onLeave(event: DragEvent) {
      if (event.relatedTarget === null) setOver(false);
    }
    function onDropped(event: DragEvent) {
      setOver(false);
      if (!carriesFiles(event) || event.defaultPrevented) return;
      event.preventDefault();
      if (!quiet()) take(event);
    }
    const end = () => setOver(false);
    window.addEventListener("dragenter", onDrag);
    window.addEventListener("dragover", onDrag);
    window.addEventListener("dragleave", onLeave);
    window.addEventListener("drop", onDropped);
    window.addEventListener("dragend", end);
    return () => {
      window.removeEventListener("dragenter", onDrag);
      window.removeEventListener("dragover", onDrag);
      window.removeEventListener("dragleave", onLeave);
      window.removeEventListener("drop", onDropped);
      window.removeEventListener("dragend", end);
    };
  }, []);

  const pane = over ? within.current?.closest("main") : null;
  return pane
    ? createPortal(
        <Suspense>
          <overPart.Component title={title} />
        </Suspense>,
        pane,
      )
    : null;
}
