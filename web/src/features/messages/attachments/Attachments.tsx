import type { StoredFile } from "../../../api/types.ts";
import { kindOf } from "../../../chat/files/kind.ts";
import { useOverlay } from "../../../chat/overlay.tsx";
import { useTranslation } from "../../../i18n/index.ts";
import { FileCard } from "./FileCard.tsx";
import { ImageGrid } from "./ImageGrid.tsx";
import { AudioCard, VideoBox } from "./players.tsx";
import { TextCard } from "./TextCard.tsx";
import "../../../chat/files/words.ts";

/** An image whose place is known; without a size it is a file like others. */
const isPicture = (file: StoredFile) => kindOf(file.type) === "image" && file.width !== null && file.height !== null;

/** What a message carries: images together, then one under the other what can be played, read or saved. */
export function Attachments({ files }: { files: readonly StoredFile[] }) {
  const { t } = useTranslation();
  const { show } = useOverlay();
  const pictures = files.filter(isPicture);
  const others = files.filter((file) => !isPicture(file));
  return (
    <ul aria-label={t("files.attached")} className="mt-1 mb-0.5 flex flex-col items-start gap-1.5">
      {pictures.length > 0 ? (
        <li className="max-w-full">
          <ImageGrid images={pictures} onOpen={(at) => show({ kind: "images", images: pictures, at })} />
        </li>
      ) : null}
      {others.map((file) => (
        <li key={file.id} className="w-full max-w-full">
          <One file={file} />
        </li>
      ))}
    </ul>
  );
}

function One({ file }: { file: StoredFile }) {
  switch (kindOf(file.type)) {
    case "video":
      return <VideoBox file={file} />;
    case "audio":
      return <AudioCard file={file} />;
    case "text":
      return <TextCard file={file} />;
    default:
      return <FileCard file={file} />;
  }
}
