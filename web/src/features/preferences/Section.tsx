import type { ReactNode } from "react";
import { usePageTitle } from "../../chat/usePageTitle.ts";
import { useTranslation } from "../../i18n/index.ts";

/** One page of the preferences. */
export function SectionPage({ title, intro, children }: { title: string; intro?: string; children: ReactNode }) {
  const { t } = useTranslation();
  usePageTitle(t("preferences.document", { section: title }));
  return (
    <main className="min-w-0">
      <h2 className="font-bold text-xl tracking-[-0.01em]">{title}</h2>
      {intro ? <p className="mt-1 text-muted">{intro}</p> : null}
      <div className="mt-6 grid grid-cols-1 gap-10">{children}</div>
    </main>
  );
}

/** A part of such a page. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-4 border-line border-b pb-2 font-semibold text-m">{title}</h3>
      {children}
    </section>
  );
}
