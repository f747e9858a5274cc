import { useEffect, useRef } from "react";
import { useOverlay } from "../../chat/overlay.tsx";
import { JumpDialog } from "../../features/jump/JumpDialog.tsx";
import { InviteDialog } from "../../features/people/InviteDialog.tsx";
import { StartDirectDialog } from "../../features/people/StartDirectDialog.tsx";
import { BrowseRoomsDialog } from "../../features/rooms/BrowseRoomsDialog.tsx";
import { CreateRoomDialog } from "../../features/rooms/CreateRoomDialog.tsx";
import { RoomDetailsDialog } from "../../features/rooms/RoomDetailsDialog.tsx";
import { ShortcutsDialog } from "../../features/shell/ShortcutsDialog.tsx";

/** The dialogs of the main screen, of which at most one is open; a chunk of its own. */
export function OverlayDialogs() {
  const { overlay, close } = useOverlay();
  const kind = overlay?.kind;
  // A dialog that closes goes on showing its room until it is gone.
  const lastRoom = useRef<string | null>(null);
  const room = overlay?.kind === "room_details" ? overlay.room : lastRoom.current;
  useEffect(() => {
    lastRoom.current = room;
  }, [room]);
  return (
    <>
      <JumpDialog open={kind === "jump"} onClose={close} />
      <CreateRoomDialog open={kind === "create_room"} onClose={close} />
      <BrowseRoomsDialog open={kind === "browse_rooms"} onClose={close} />
      <StartDirectDialog open={kind === "start_direct"} onClose={close} />
      <InviteDialog open={kind === "invite"} onClose={close} />
      <ShortcutsDialog open={kind === "shortcuts"} onClose={close} />
      {room ? <RoomDetailsDialog id={room} open={kind === "room_details"} onClose={close} /> : null}
    </>
  );
}
