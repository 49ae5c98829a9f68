/** Saves all rows of the list's filter as CSV or JSON lines; says how far it is, and can be stopped. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Problem } from "../api/client";
import { exported, type Format, type Wish } from "../api/export";

type State = { rows: number; ending: AbortController } | { said: string } | undefined;

export function Export({ search, events, oldest }: { search: string; events: boolean; oldest: boolean }) {
  const [state, setState] = useState<State>();
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  const start = async (format: Format) => {
    const ending = (running.current = new AbortController());
    setState({ rows: 0, ending });
    const wish: Wish = { search, events, format, direction: oldest ? "ASC" : "DESC" };
    try {
      const file = await exported(wish, (rows) => setState({ rows, ending }), ending.signal);
      save(file, `${events ? "events" : "mail"}-${new Date().toISOString().slice(0, 19).replaceAll(":", "")}Z.${format}`);
      setState({ said: "Saved" });
    } catch (reason) {
      if (!ending.signal.aborted && !(reason instanceof Problem)) throw reason;
      setState({ said: reason instanceof Problem ? `Not saved: ${reason.message}` : "Not saved" });
    }
  };

  if (state && "rows" in state) {
    return (
      <span class="export" role="group" aria-label="Export">
        <progress aria-label="Export" />
        <span>{state.rows.toLocaleString("en")} rows</span>
        <button type="button" onClick={() => state.ending.abort()}>
          Cancel
        </button>
      </span>
    );
  }
  return (
    <span class="export" role="group" aria-label="Export">
      <span role="status">{state?.said ?? "Export"}</span>
      <button type="button" onClick={() => start("csv")}>
        CSV
      </button>
      <button type="button" onClick={() => start("jsonl")}>
        JSONL
      </button>
    </span>
  );
}

function save(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
