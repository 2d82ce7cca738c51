#!/bin/sh
# Backs up an installation on PostgreSQL: sao-luu-postgres.sh DATA_DIR FOLDER. pg_dump finds the database by PGHOST,
# PGUSER, PGDATABASE. The dump comes first and the files after it, so that each file its rows name is there.
# Dumps older than KEEP_DAYS (14) are removed once a new one is whole. secret.key stays where it is: nothing is sealed here.
set -eu
umask 077
data=$1
folder=$2
keep=${KEEP_DAYS:-14}

mkdir -p "$folder"
made="$folder/$(date +%Y%m%d-%H%M%S).dump"
trap 'rm -f "$made.part"' EXIT
pg_dump --format=custom --file="$made.part"
pg_restore --list "$made.part" >/dev/null
mv "$made.part" "$made"

for each in files the-thuc; do
  if [ -d "$data/$each" ]; then
    mkdir -p "$folder/$each"
    cp -Ru "$data/$each/." "$folder/$each/"
  fi
done
find "$folder" -maxdepth 1 -name '*.dump' -mtime "+$keep" -delete
