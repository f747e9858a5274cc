import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "../../../i18n/index.ts";
import { cx } from "../../../ui/cx.ts";
import { IconButton } from "../../../ui/IconButton.tsx";
import type { Piece } from "./highlight.ts";

const copiedMs = 2_000;

/** A block of code: its language, a way to copy it, and colours once they are loaded. */
export function CodeBlock({ text, lang }: { text: string; lang: string }) {
  const { t } = useTranslation();
  const pieces = usePieces(text, lang);
  return (
    <figure className="group/code relative my-1.5 max-w-[680px] rounded-m border border-line bg-code">
      <figcaption className="absolute top-1 right-1 grid items-center justify-items-end rounded-s bg-code text-2xs text-muted *:[grid-area:1/1]">
        {lang ? (
          <span className="px-1.5 font-medium group-focus-within/code:invisible group-hover/code:invisible max-sm:invisible pointer-coarse:invisible">
            {lang}
          </span>
        ) : null}
        <CopyButton text={text} label={t("messages.copy_code")} />
      </figcaption>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
        tabIndex={0}
        className={cx(
          "focus-inset overflow-x-auto rounded-m px-3.5 py-2.5 font-mono text-s leading-5 [tab-size:4]",
          // The language stands above the code, not over its first line.
          lang && "pt-8",
        )}
      >
        <code>
          {pieces
            ? pieces.map((piece, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text never move
                <span key={index} className={piece.look}>
                  {piece.text}
                </span>
              ))
            : text}
        </code>
      </pre>
    </figure>
  );
}

function usePieces(text: string, lang: string): readonly Piece[] | null {
  const [pieces, setPieces] = useState<readonly Piece[] | null>(null);
  useEffect(() => {
    setPieces(null);
    if (lang === "") return;
    let wanted = true;
    import("./highlight.ts").then(
      ({ highlight }) => {
        if (wanted) setPieces(highlight(text, lang));
      },
      // Without colours it is the same code.
      () => {},
    );
    return () => {
      wanted = false;
    };
  }, [text, lang]);
  return pieces;
}

function CopyButton({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), copiedMs);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () =>
    void navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => {},
    );
  return (
    <IconButton
      size="s"
      label={copied ? t("messages.copied") : label}
      onClick={copy}
      icon={copied ? <Check aria-hidden="true" /> : <Copy aria-hidden="true" />}
      className="opacity-0 focus-visible:opacity-100 group-focus-within/code:opacity-100 group-hover/code:opacity-100 max-sm:opacity-100 pointer-coarse:opacity-100"
    />
  );
}
