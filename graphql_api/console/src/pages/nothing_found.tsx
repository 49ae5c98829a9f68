/** An empty list says what to do: post a first notification, or drop a term of the search. */
import { Notice } from "../parts/states";
import { ShellLine } from "../parts/shell_line";
import { changed, href } from "../state/place";
import { post } from "../words/curl";
import { bounded, parse, write } from "../words/search";

export function NothingFound({ search }: { search: string }) {
  const terms = parse(search) ?? [];
  if (terms.length === 0) {
    return (
      <Notice icon="mail" title="No mail yet">
        <p>As soon as a mail server reports something, it is here. To post a first notification yourself:</p>
        <ShellLine text={post()} label="Copy the command" />
        <p class="quiet">The gateway answers 200 once Kafka has it; a moment later it is in this list.</p>
      </Notice>
    );
  }
  const without = (index: number) => write(terms.filter((_, each) => each !== index));
  return (
    <Notice icon="search" title="No match">
      {terms.length === 1 ? (
        <p>
          <a data-page href={href("")}>
            Drop <code>{write(terms)}</code>
          </a>{" "}
          to see all mail. Events take a moment from the mail server to this list: the line above says how old it is.
        </p>
      ) : (
        <>
          <p>Nothing has all of it. Drop one of these?</p>
          <ul class="drops">
            {terms.map((term, index) => (
              <li key={index}>
                <a data-page href={changed({ q: bounded(without(index)), after: undefined, before: undefined })}>
                  <code>{write([term])}</code>
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
    </Notice>
  );
}
