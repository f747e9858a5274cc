import { Navigate } from "@tanstack/react-router";
import { AdminPage } from "../features/admin/AdminPage.tsx";
import { AuditPage } from "../features/admin/AuditPage.tsx";
import { HealthPage } from "../features/admin/HealthPage.tsx";
import { JoiningPage } from "../features/admin/JoiningPage.tsx";
import { MailPage } from "../features/admin/MailPage.tsx";
import { PeoplePage } from "../features/admin/PeoplePage.tsx";
import { PersonPage } from "../features/admin/PersonPage.tsx";
import { RoomsPage } from "../features/admin/RoomsPage.tsx";
import { SettingsPage } from "../features/admin/SettingsPage.tsx";
import { ConnectionLine } from "../features/shell/ConnectionLine.tsx";
import { useWide } from "../ui/useWide.ts";

/** `/admin` and everything under it */
export function AdminRoute() {
  return <AdminPage wide={useWide()} connection={<ConnectionLine />} />;
}

/** `/admin` itself: on a phone the list of sections, which the frame shows; elsewhere the first of them. */
export function AdminHomeRoute() {
  return useWide() ? <Navigate to="/admin/people" replace /> : null;
}

/** `/admin/people` */
export function AdminPeopleRoute() {
  return <PeoplePage />;
}

/** `/admin/people/$userId` */
export function AdminPersonRoute() {
  return <PersonPage />;
}

/** `/admin/rooms` */
export function AdminRoomsRoute() {
  return <RoomsPage />;
}

/** `/admin/joining` */
export function AdminJoiningRoute() {
  return <JoiningPage />;
}

/** `/admin/settings` */
export function AdminSettingsRoute() {
  return <SettingsPage />;
}

/** `/admin/mail` */
export function AdminMailRoute() {
  return <MailPage />;
}

/** `/admin/audit` */
export function AdminAuditRoute() {
  return <AuditPage />;
}

/** `/admin/health` */
export function AdminHealthRoute() {
  return <HealthPage />;
}
