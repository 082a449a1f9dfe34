# Redis: the distribution's own package, or an image whose command is
# redis-server. Read by service.sh.

packages='redis-server'
version() { dpkg-query -W -f '${Package} ${Version}\n' redis-server; }

configure() {
	# The older form knows no "*", and fails where an address is not there.
	if grep -q '^bind .*-::1' /etc/redis/redis.conf; then any='* -::*'; else any='0.0.0.0'; fi
	sed -i -e "s/^bind .*/bind $any/" -e 's/^protected-mode .*/protected-mode no/' -e 's/^daemonize .*/daemonize no/' \
		-e 's/^supervised .*/supervised no/' -e 's/^logfile .*/logfile ""/' /etc/redis/redis.conf
}

run() {
	if [ $# -eq 0 ]; then
		cd /var/lib/redis
		set -- setpriv --reuid redis --regid redis --init-groups redis-server /etc/redis/redis.conf
	fi
	if [ -n "$SERVICE_PASSWORD" ]; then
		set -- "$@" --requirepass "$SERVICE_PASSWORD"
	fi
	exec "$@"
}

client() {
	if [ -n "$SERVICE_PASSWORD" ]; then export REDISCLI_AUTH="$SERVICE_PASSWORD"; fi # an empty one is refused
	redis-cli -h 127.0.0.1 "$@"
}

# While it still loads its data it answers, but not this.
ready() { [ "$(client ping)" = PONG ]; }

account() { :; }

flush() { client save; }
