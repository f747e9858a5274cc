import { useQueryClient } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import { useState } from "react";
import type { JoinPolicy } from "../api/types.ts";
import { useEngine, useSelect } from "../context/engine.tsx";
import { ConfirmPage } from "../features/auth/ConfirmPage.tsx";
import { ForgotPage } from "../features/auth/ForgotPage.tsx";
import { InvitePage } from "../features/auth/InvitePage.tsx";
import { LoginPage } from "../features/auth/LoginPage.tsx";
import { RegisterPage } from "../features/auth/RegisterPage.tsx";
import { ResetPage } from "../features/auth/ResetPage.tsx";
import { SetupDonePage, SetupPage } from "../features/setup/SetupPage.tsx";
import { select } from "../sync/index.ts";
import { knownReason } from "../sync/state.ts";
import { forgetToken } from "../ui/useHashToken.ts";
import { Splash } from "./Splash.tsx";
import { useWorkspace } from "./session.tsx";

/** Lets the engine find out who has signed in, by a link or past it; the guards then lead on. */
function useEnter(): () => Promise<void> {
  const engine = useEngine();
  const queries = useQueryClient();
  return async () => {
    // Whatever link led here is used.
    forgetToken();
    await engine.start();
    await queries.invalidateQueries({ queryKey: ["workspace"] });
  };
}

/** `/setup` */
export function SetupRoute() {
  const enter = useEnter();
  const session = useSelect(select.session);
  const workspace = useWorkspace();
  if (session === "signed_in") return <Navigate to="/" replace />;
  if (workspace.isPending) return <Splash />;
  return workspace.data?.needed === false ? <SetupDonePage /> : <SetupPage onDone={enter} />;
}

/** `/login` */
export function LoginRoute() {
  const { data } = useWorkspace();
  const ended = useSelect(select.ended);
  const enter = useEnter();
  return (
    <LoginPage
      workspace={data?.workspace ?? undefined}
      mayRegister={mayRegister(data?.join_policy)}
      ended={ended === null || ended === "chosen" ? null : knownReason(ended)}
      onSignedIn={enter}
    />
  );
}

/** `/register` */
export function RegisterRoute() {
  const { data } = useWorkspace();
  const enter = useEnter();
  return (
    <RegisterPage workspace={data?.workspace ?? undefined} policy={data?.join_policy ?? undefined} onSignedIn={enter} />
  );
}

/** `/confirm` */
export function ConfirmRoute() {
  const { data } = useWorkspace();
  const enter = useEnter();
  const session = useSelect(select.session);
  if (session === "signed_in") return <Navigate to="/" replace />;
  return <ConfirmPage workspace={data?.workspace ?? undefined} onSignedIn={enter} />;
}

/** `/forgot` */
export function ForgotRoute() {
  return <ForgotPage />;
}

/** `/reset` */
export function ResetRoute() {
  const enter = useEnter();
  return <ResetPage onReset={enter} />;
}

/** `/invite` */
export function InviteRoute() {
  const enter = useEnter();
  const session = useSelect(select.session);
  const [registered, setRegistered] = useState(false);
  if (registered && session === "signed_in") return <Navigate to="/" replace />;
  const welcome = () => {
    setRegistered(true);
    return enter();
  };
  return <InvitePage signedIn={session === "signed_in"} onSignedIn={welcome} />;
}

function mayRegister(policy: JoinPolicy | null | undefined): boolean {
  return policy !== "invite" && policy !== "closed";
}
