/** The client's engine: everything that happens between a view and the server. No React in here. */
export type { Engine, NewFile, Platform } from "./contract.ts";
export { createEngine } from "./engine.ts";
export { browserPlatform } from "./platform.ts";
export { firstUnread, type RoomView, type Row, select, type Totals } from "./select.ts";
export type {
  Change,
  Connection,
  Failure,
  Membership,
  OutboxEntry,
  OutgoingFile,
  OutgoingId,
  RoomEntry,
  SessionState,
  State,
} from "./state.ts";
