/** A mail server's reply in full. Its codes stand out at the text's beginning; those that the text lacks are put in front. */
const CODES = /^\s*(\d{3}(?:[ -]|$))?\s*([245]\.\d{1,3}\.\d{1,3})?/;

interface Of {
  code?: number | null | undefined;
  enhancedCode?: string | null | undefined;
  message?: string | null | undefined;
  /** The sender's own class. */
  kind?: number | null | undefined;
}

export function Reply({ code, enhancedCode, message, kind }: Of) {
  const text = message ?? "";
  const [head = "", itsCode, itsEnhanced] = CODES.exec(text) ?? [];
  const missing = [itsCode === undefined ? code : null, itsEnhanced === undefined ? enhancedCode : null];
  const codes = [...missing, head.trim()].filter((part) => part != null && part !== "").join(" ");
  return (
    <p class="reply">
      {codes && <b>{codes}</b>}
      <span>{text.slice(head.length).trim() || (!codes && "no reply text")}</span>
      {kind != null && <small title="resp_class, the sender's own class of the reply">class {kind}</small>}
    </p>
  );
}
