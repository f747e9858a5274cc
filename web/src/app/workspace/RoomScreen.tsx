import { useParams } from "@tanstack/react-router";

/** One room: its header, its messages, its composer. */
export function RoomScreen() {
  const { roomId } = useParams({ strict: false });
  return <main className="h-full" data-room={roomId} />;
}
