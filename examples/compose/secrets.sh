#!/bin/sh
# Writes .env beside docker-compose.yml with tokens and passwords that nobody else has. Leaves a file that is there alone.
set -eu
file=${1:-.env}
if [ -e "$file" ]; then
  echo "secrets.sh: $file is there already; remove it for new secrets" >&2
  exit 1
fi
umask 077
secret() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
for name in HEADROOM_AGENT_TOKEN HEADROOM_ADMIN_TOKEN GRAFANA_PASSWORD INFLUX_PASSWORD INFLUX_TOKEN; do
  printf '%s=%s\n' "$name" "$(secret)"
done > "$file"
