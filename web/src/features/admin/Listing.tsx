import { keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef } from "react";
import { type Query, search } from "../../api/client.ts";
import type { Page } from "../../api/types.ts";
import { useEngine } from "../../context/engine.tsx";
import { explainAll } from "../../i18n/explain.ts";
import { useTranslation } from "../../i18n/index.ts";
import { Button } from "../../ui/Button.tsx";
import { cx } from "../../ui/cx.ts";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { ErrorState } from "../../ui/states.tsx";

/** A list that comes page by page from a path of the API; its key begins with `admin` and the path. */
export function useList<Item>(path: string, query: Query = {}) {
  const engine = useEngine();
  const list = useInfiniteQuery({
    queryKey: ["admin", path, query],
    queryFn: ({ pageParam }) => engine.api.call<Page<Item>>("GET", path + search({ ...query, cursor: pageParam })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });
  return { list, items: list.data?.pages.flatMap((page) => page.items) ?? [] };
}

/** Reads again what is shown of a path and of everything under it. */
export function useRefresh(): (...paths: readonly string[]) => Promise<void> {
  const queries = useQueryClient();
  return (...paths) =>
    queries.invalidateQueries({
      predicate: ({ queryKey: [kind, path] }) =>
        kind === "admin" && paths.some((above) => path === above || String(path).startsWith(`${above}/`)),
    });
}

type List = ReturnType<typeof useList>["list"];

/** A list in all its states: coming, failed, empty, there, and with more to come. */
export function Listing({
  list,
  count,
  loading,
  failed,
  empty,
  onClear,
  children,
}: {
  list: Pick<
    List,
    | "isPending"
    | "isError"
    | "error"
    | "isFetching"
    | "refetch"
    | "hasNextPage"
    | "isFetchingNextPage"
    | "fetchNextPage"
  >;
  /** How many items there are. */
  count: number;
  loading: string;
  failed: string;
  empty: ReactNode;
  /** Takes away what the list is narrowed by, if it is: an address may ask for what can't be. */
  onClear?: (() => void) | undefined;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  if (list.isPending) return <Rows label={loading} />;
  if (list.isError && count === 0) {
    return (
      <div className="text-center">
        <ErrorState
          title={failed}
          busy={list.isFetching}
          onRetry={() => void list.refetch()}
          className={cx(onClear && "pb-3")}
        >
          {explainAll(list.error)}
        </ErrorState>
        {onClear ? <Button onClick={onClear}>{t("admin.clear")}</Button> : null}
      </div>
    );
  }
  if (count === 0) return empty;
  return (
    <div>
      {children}
      {list.isError ? (
        <p role="alert" className="mt-3 text-center font-medium text-danger text-s">
          {explainAll(list.error)}
        </p>
      ) : null}
      {list.hasNextPage ? <More list={list} /> : null}
    </div>
  );
}

/** Asks for the next page when it comes near, and by a button for who doesn't scroll. */
function More({ list }: { list: Pick<List, "isError" | "isFetchingNextPage" | "fetchNextPage"> }) {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const { isError, isFetchingNextPage, fetchNextPage } = list;
  useEffect(() => {
    // After a failure it is for the reader to say when.
    if (!place.current || isFetchingNextPage || isError) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) void fetchNextPage();
      },
      { rootMargin: "400px" },
    );
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [isFetchingNextPage, isError, fetchNextPage]);
  return (
    <div ref={place} className="mt-4 text-center">
      <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
        {t("admin.more")}
      </Button>
    </div>
  );
}

/** The shape of a list that is on its way. */
export function Rows({ label, rows = 6 }: { label: string; rows?: number }) {
  return (
    <div role="status" aria-busy="true" className="divide-y divide-line border-line border-y">
      <span className="sr-only">{label}</span>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike.
        <div key={row} className="flex items-center gap-3 py-3">
          <Skeleton className="size-9 rounded-avatar" />
          <div className="grid flex-1 gap-2">
            <Skeleton className="h-3.5 w-40 max-w-full" />
            <Skeleton className="h-3 w-64 max-w-full" />
          </div>
        </div>
      ))}
    </div>
  );
}
