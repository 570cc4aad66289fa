#!/bin/sh
# Writes nginx.conf from its template with the values of the environment, checks it, and becomes nginx.
# `nginx.sh --print` only prints it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

each() { # each WORD LIST WORD: a line for every item of a list that is separated by commas
    for item in $(printf '%s' "$2" | tr ',' ' '); do printf '%s%s%s;\n        ' "$1" "$item" "$3"; done
}
# The first name server, in brackets where it is an address of IPv6. One of a single interface (%eth0) nginx cannot ask.
name_server() {
    awk '/^nameserver/ && $2 !~ /%/ { print ($2 ~ /:/ ? "[" $2 "]" : $2); exit }' "${RESOLV_CONF:-/etc/resolv.conf}"
}

: "${HTTP_LISTEN:=8080}" "${HTTPS_LISTEN:=8443}" "${PID:=/tmp/nginx.pid}" "${TEMP:=/tmp}"
private=127.0.0.0/8,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,169.254.0.0/16,::1/128,fc00::/7,fe80::/10
ALLOWED=$(each "" "${ALLOWED_NETWORKS:-$private}" " 1")
REAL_IP=$(each "set_real_ip_from " "${TRUSTED_PROXIES:-}" "")
PROXIES=$(each "" "${TRUSTED_PROXIES:-}" " 1")
RESOLVER=${RESOLVER:-$(name_server)} RESOLVER=${RESOLVER:-127.0.0.1} # never asked where UPSTREAM is an address
ERRORS=${LOGS:+$LOGS/error.log} FAULTS=${LOGS:+$LOGS/faults.log} RUN_AS=${RUN_AS:+user $RUN_AS;}
: "${ERRORS:=/dev/stderr}" "${FAULTS:=/dev/stdout}"
DOORS='api/v1/ping|api/v1/intake|invitation|programmes/join|password/reset/[^/]+' # as workflow/redaction.py knows them
UPSTREAM=${UPSTREAM:-web:8000} STATIC_PARENT=${STATIC_PARENT:-/} MEDIA=${MEDIA_ROOT:-/media} BODY_LIMIT=${BODY_LIMIT:-210m}
REDIRECT="" LISTEN="listen $HTTP_LISTEN;"
if [ -n "${TLS_CERTIFICATE:-}" ]; then
    LISTEN="listen $HTTPS_LISTEN ssl; ssl_certificate $TLS_CERTIFICATE; ssl_certificate_key ${TLS_KEY:?};
        ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache shared:tls:10m; ssl_session_timeout 1d; ssl_session_tickets off;"
    REDIRECT="server { listen $HTTP_LISTEN; server_name _; return 301 https://\$host\$request_uri; }"
fi
export ALLOWED REAL_IP PROXIES RESOLVER PID TEMP ERRORS FAULTS RUN_AS DOORS UPSTREAM STATIC_PARENT MEDIA BODY_LIMIT REDIRECT LISTEN
filled() {
    awk '{
        while (match($0, /\$\{[A-Z_]+\}/))
            $0 = substr($0, 1, RSTART - 1) ENVIRON[substr($0, RSTART + 2, RLENGTH - 3)] substr($0, RSTART + RLENGTH)
        print
    }' "$here/nginx.conf.template"
}
if [ "${1:-}" = --print ]; then
    filled
    exit
fi
filled >/tmp/nginx.conf
exec nginx -e /dev/stderr -c /tmp/nginx.conf -g "daemon off;"
