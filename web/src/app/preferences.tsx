import { AccountSection } from "../features/preferences/AccountSection.tsx";
import { AppearanceSection } from "../features/preferences/AppearanceSection.tsx";
import { DevicesSection } from "../features/preferences/DevicesSection.tsx";
import { PreferencesPage } from "../features/preferences/PreferencesPage.tsx";
import { TokensSection } from "../features/preferences/TokensSection.tsx";
import { useTheme } from "./theme.ts";

/** `/preferences` */
export function PreferencesRoute() {
  return <PreferencesPage />;
}

/** `/preferences/account` */
export function AccountRoute() {
  return <AccountSection />;
}

/** `/preferences/appearance` */
export function AppearanceRoute() {
  const [theme, choose] = useTheme();
  return <AppearanceSection theme={theme} onTheme={choose} />;
}

/** `/preferences/devices` */
export function DevicesRoute() {
  return <DevicesSection />;
}

/** `/preferences/tokens` */
export function TokensRoute() {
  return <TokensSection />;
}
