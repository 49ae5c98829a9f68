import { useEffect, useRef, useState } from "preact/hooks";
import { enter, wanted } from "../state/token";

/** Asks for the API's token. It is kept for as long as this tab is open, and sent to this server alone. */
export function TokenForm() {
  const [text, setText] = useState("");
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const submit = (event: Event) => {
    event.preventDefault();
    enter(text);
  };
  return (
    <form class="notice token" onSubmit={submit}>
      <h1>This API asks for a token</h1>
      {wanted.value === "refused" && <p role="alert">The token was refused: it is wrong, or no longer valid.</p>}
      <label for="token">Token</label>
      <input
        ref={input}
        id="token"
        type="password"
        autocomplete="off"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        aria-describedby="token-help"
      />
      <p id="token-help" class="quiet">
        A bearer token of <code>[graphql] token_file</code> or <code>tokens_file</code>, or a JSON Web Token. It stays in this tab,
        and goes to this server alone.
      </p>
      <button type="submit" class="primary">
        Enter
      </button>
    </form>
  );
}
