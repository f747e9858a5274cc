import { useEffect, useRef } from "react";
import type { Overlay } from "../../chat/overlay.tsx";
import { useOverlay } from "../../chat/overlay.tsx";
import { Lightbox } from "../../features/files/Lightbox.tsx";
import { RoomFilesDialog } from "../../features/files/RoomFilesDialog.tsx";
import { JumpDialog } from "../../features/jump/JumpDialog.tsx";
import { InviteDialog } from "../../features/people/InviteDialog.tsx";
import { StartDirectDialog } from "../../features/people/StartDirectDialog.tsx";
import { BrowseRoomsDialog } from "../../features/rooms/BrowseRoomsDialog.tsx";
import { CreateRoomDialog } from "../../features/rooms/CreateRoomDialog.tsx";
import { RoomDetailsDialog } from "../../features/rooms/RoomDetailsDialog.tsx";
import { ShortcutsDialog } from "../../features/shell/ShortcutsDialog.tsx";

/** The dialogs of the main screen, of which at most one is open; a chunk of its own. */
export function OverlayDialogs() {
  const { overlay, show, close } = useOverlay();
  const kind = overlay?.kind;
  // A dialog that closes goes on showing its room until it is gone.
  const lastRoom = useRef<string | null>(null);
  const room = overlay?.kind === "room_details" || overlay?.kind === "room_files" ? overlay.room : lastRoom.current;
  const lastImages = useRef<Extract<Overlay, { kind: "images" }> | null>(null);
  const images = overlay?.kind === "images" ? overlay : lastImages.current;
  useEffect(() => {
    lastRoom.current = room;
    lastImages.current = images;
  }, [room, images]);
  const closeImages = () => (images?.back ? show(images.back) : close());
  return (
    <>
      <JumpDialog open={kind === "jump"} onClose={close} />
      <CreateRoomDialog open={kind === "create_room"} onClose={close} />
      <BrowseRoomsDialog open={kind === "browse_rooms"} onClose={close} />
      <StartDirectDialog open={kind === "start_direct"} onClose={close} />
      <InviteDialog open={kind === "invite"} onClose={close} />
      <ShortcutsDialog open={kind === "shortcuts"} onClose={close} />
      {room ? <RoomDetailsDialog id={room} open={kind === "room_details"} onClose={close} /> : null}
      {room ? <RoomFilesDialog id={room} open={kind === "room_files"} onClose={close} /> : null}
      {images ? (
        <Lightbox
          images={images.images}
          at={images.at}
          open={kind === "images"}
          places={images.back ? 2 : 1}
          onClose={closeImages}
        />
      ) : null}
    </>
  );
}
