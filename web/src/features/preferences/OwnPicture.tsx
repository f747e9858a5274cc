import { Suspense, useRef, useState } from "react";
import type { Me } from "../../api/types.ts";
import { picturesOf } from "../../chat/people.ts";
import { useEngine } from "../../context/engine.tsx";
import { explainAll } from "../../i18n/explain.ts";
import { useTranslation } from "../../i18n/index.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { Button } from "../../ui/Button.tsx";
import { late } from "../../ui/late.ts";
import { notify } from "../../ui/toast.tsx";

const { Component: CropDialog } = late(async () => (await import("./CropDialog.tsx")).CropDialog);

/** One's picture beside one's name, to be chosen, changed and taken away. */
export function OwnPicture({ me, name }: { me: Me; name: string }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const picker = useRef<HTMLInputElement>(null);
  const [chosen, setChosen] = useState<File | null>(null);
  const [busy, setBusy] = useState(false);
  const pictures = picturesOf(me);

  async function set(avatar: string | null) {
    await engine.api.call("PATCH", "/me", { avatar });
    await engine.refreshMe();
    notify({ text: t(`preferences.account.${avatar ? "picture_saved" : "picture_removed"}`), tone: "ok" });
  }

  async function save(square: Blob) {
    const ending = square.type.split("/")[1] ?? "png";
    await set((await engine.api.storeFile(`avatar.${ending}`, square)).id);
    setChosen(null);
  }

  async function remove() {
    setBusy(true);
    try {
      await set(null);
    } catch (error) {
      notify({ text: explainAll(error), tone: "danger" });
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className="flex items-center gap-4">
      <Avatar name={name} seed={me.id} pictures={pictures} size="xl" ground="canvas" />
      <div className="min-w-0">
        <p className="truncate font-bold text-l">{name}</p>
        <p className="truncate text-muted">@{me.username}</p>
        <div className="mt-1.5 flex flex-wrap gap-2">
          <input
            ref={picker}
            type="file"
            accept="image/*"
            hidden
            onChange={(event) => {
              setChosen(event.target.files?.[0] ?? null);
              event.target.value = "";
            }}
          />
          <Button onClick={() => picker.current?.click()}>
            {t(`preferences.account.${pictures.length > 0 ? "picture_change" : "picture_choose"}`)}
          </Button>
          {pictures.length > 0 ? (
            <Button tone="ghost" busy={busy} onClick={() => void remove()}>
              {t("preferences.account.picture_remove")}
            </Button>
          ) : null}
        </div>
      </div>
      {chosen ? (
        <Suspense>
          <CropDialog image={chosen} onClose={() => setChosen(null)} onSave={save} />
        </Suspense>
      ) : null}
    </div>
  );
}
