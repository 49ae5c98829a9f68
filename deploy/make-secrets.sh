#!/bin/sh
# Makes what is missing in ./secrets (SECRETS_DIR names another place): tokens, keys, a password, and a certificate for localhost
# and the names that are given, signed by an authority of its own (ca.crt is for senders and readers). What is there stays.
#   sh deploy/make-secrets.sh [NAME...]
set -eu
umask 077
mkdir -p "${SECRETS_DIR:=secrets}"
cd "$SECRETS_DIR"

for name in post-token read-token database-password erasure-key graphql-id-key; do
    [ -s "$name" ] || openssl rand -base64 33 | tr '+/' '-_' | tr -d '\n' >"$name"
done

if [ ! -s tls.crt ]; then
    names=DNS:localhost,IP:127.0.0.1
    for name; do names="$names,DNS:$name"; done
    key="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
    [ -s ca.crt ] || openssl req -x509 $key -keyout ca.key -out ca.crt -days 3650 -subj "/CN=Email Delivery Status" 2>/dev/null
    openssl req $key -keyout tls.key -out tls.csr -subj "/CN=${1:-localhost}" -addext "subjectAltName=$names" 2>/dev/null
    openssl x509 -req -in tls.csr -CA ca.crt -CAkey ca.key -CAcreateserial -copy_extensions copy -days 825 -out tls.crt 2>/dev/null
    rm tls.csr
fi

# The directory lets nobody else in; within a container each file is read by whoever that part runs as.
chmod 444 post-token read-token database-password erasure-key graphql-id-key tls.crt tls.key ca.crt
