"use strict";

const example = `# The latest messages, each with its deliveries. Ctrl-Enter runs the query.
{
  pipeline { lag newestEventAt ageSeconds }
  messages(first: 5) {
    nodes {
      trackingId
      phase
      lastEventAt
      deliveries(first: 5) {
        nodes { recipient phase classification { category } lastResponse { code message } }
      }
    }
  }
}
`;

// The editor for headers holds the token: {"authorization": "Bearer …"}.
const fetcher = async (parameters, { headers } = {}) => {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/graphql-response+json, application/json;q=0.9", ...headers },
    body: JSON.stringify(parameters),
  });
  return response.json();
};

// ?query=…&variables=… opens with that query.
const given = new URLSearchParams(location.search);
ReactDOM.createRoot(document.getElementById("graphiql")).render(
  React.createElement(GraphiQL, {
    fetcher,
    defaultQuery: example,
    query: given.get("query") ?? undefined,
    variables: given.get("variables") ?? undefined,
    defaultEditorToolsVisibility: false,
  }),
);
