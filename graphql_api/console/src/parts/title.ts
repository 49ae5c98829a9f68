import { useEffect } from "preact/hooks";

/** The tab's title while this page is shown. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Email Delivery Status`;
  }, [title]);
}
