#!/bin/sh
# Fetches GraphiQL and React from npm, by name and version, into graphql_api/graphiql/, so that the query editor is served
# without any other host. GraphiQL's builds are not minified; esbuild does that. Run it again after a change of a version:
# the same versions give the same bytes. Needs npm and node.
set -eu

GRAPHIQL=3.8.3
REACT=18.3.1
ESBUILD=0.25.12

target=$(cd "$(dirname "$0")/.." && pwd)/graphql_api/graphiql
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

take() { # take PACKAGE VERSION: unpacks it into ./PACKAGE
    mkdir "$1"
    npm pack --silent "$1@$2" >/dev/null
    tar -xzf "$1-$2.tgz" -C "$1" --strip-components=1
}

take graphiql "$GRAPHIQL"
take react "$REACT"
take react-dom "$REACT"
npm install --silent --no-save --prefix "$work/build" "esbuild@$ESBUILD" >/dev/null
esbuild="$work/build/node_modules/.bin/esbuild"

"$esbuild" graphiql/graphiql.js --minify --legal-comments=eof --charset=utf8 --log-level=error --outfile="$target/graphiql.js"
"$esbuild" graphiql/graphiql.css --minify --legal-comments=eof --log-level=error --outfile="$target/graphiql.css"
cp react/umd/react.production.min.js "$target/react.js"
cp react-dom/umd/react-dom.production.min.js "$target/react-dom.js"
{
    echo "graphiql $GRAPHIQL (graphiql.js, graphiql.css; minified)"
    echo
    cat graphiql/LICENSE
    echo
    echo "react $REACT (react.js), react-dom $REACT (react-dom.js)"
    echo
    cat react/LICENSE
} >"$target/licences.txt"
ls -l "$target"
