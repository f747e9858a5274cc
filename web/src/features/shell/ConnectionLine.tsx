import { CloudOff, LoaderCircle } from "lucide-react";
import { useEffect, useState } from "react";
import { useSelect } from "../../context/engine.tsx";
import { useTranslation } from "../../i18n/index.ts";
import { select } from "../../sync/select.ts";
import type { Connection, State } from "../../sync/state.ts";
import { cx } from "../../ui/cx.ts";

/** A cut shorter than this is nobody's business. */
const blipMs = 2_000;
/** After this long people should know that it may take longer. */
const longMs = 10_000;

/** What is said of the connection. */
export type Said = "nothing" | "reconnecting" | "offline";

/** What to say of a connection at a moment, and in how many milliseconds that changes by itself. */
export function sayOf(connection: Connection, now: number, online: boolean): { say: Said; again: number | null } {
  if (connection.state === "live" || connection.down_since === null) return { say: "nothing", again: null };
  const down = now - connection.down_since;
  if (down < blipMs) return { say: "nothing", again: blipMs - down };
  if (!online) return { say: "offline", again: null };
  if (down < longMs) return { say: "reconnecting", again: longMs - down };
  return { say: "offline", again: null };
}

const diskLost = (state: State) => state.disk_lost;

/** Nothing for a blip, then what is the matter and that nothing is lost; and where a tab can't promise that any more. */
export function ConnectionLine({ className }: { className?: string }) {
  const { t } = useTranslation();
  const waiting = useSelect(select.waiting);
  const lost = useSelect(diskLost);
  const connection = useSaid();
  const said = connection === "nothing" && lost ? "disk_lost" : connection;
  const Icon = said === "reconnecting" ? LoaderCircle : CloudOff;
  return (
    <div role="status" className={cx(said === "nothing" && "sr-only")}>
      {said === "nothing" ? null : (
        <p className={cx("flex items-center gap-2 bg-warn-soft px-5 py-2 font-medium text-s text-text", className)}>
          <Icon
            aria-hidden="true"
            className={cx("size-4 shrink-0 text-warn", said === "reconnecting" && "animate-turn")}
          />
          <span>
            {t(`shell.${said}`)}
            {waiting > 0 ? <span className="text-muted"> · {t("shell.waiting", { count: waiting })}</span> : null}
          </span>
        </p>
      )}
    </div>
  );
}

function useSaid(): Said {
  const connection = useSelect(select.connection);
  const [, setTick] = useState(0);
  const { say, again } = sayOf(connection, Date.now(), typeof navigator === "undefined" || navigator.onLine);
  useEffect(() => {
    if (again === null) return;
    const timer = setTimeout(() => setTick((tick) => tick + 1), again + 20);
    return () => clearTimeout(timer);
  }, [again]);
  return say;
}
