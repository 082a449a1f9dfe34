# RabbitMQ: the distribution's own package, or an image with the entrypoint and
# the variables of the makers' one. Read by service.sh.
#
# What is kept over a snapshot are definitions (users, queues) and messages
# that are both durable and written; others are lost, as when it is restarted.

packages='rabbitmq-server'
version() { dpkg-query -W -f '${Package} ${Version}\n' rabbitmq-server; }

# Data lie in a folder with the node's name, which must not change with the host's.
export RABBITMQ_NODENAME=rabbit@localhost

configure() {
	echo 'NODENAME=rabbit@localhost' >>/etc/rabbitmq/rabbitmq-env.conf
	echo 'loopback_users = none' >>/etc/rabbitmq/rabbitmq.conf # "guest" may come from other hosts too
}

run() {
	if [ $# -gt 0 ]; then
		export RABBITMQ_MNESIA_BASE="$data" RABBITMQ_DEFAULT_USER="$SERVICE_USER" RABBITMQ_DEFAULT_PASS="$SERVICE_PASSWORD"
		exec "$@"
	fi
	exec rabbitmq-server
}

# Its own check starts a virtual machine, which would slow the server's start:
# it is asked once something listens on the port (5672 is 1628 in hexadecimal).
ready() {
	cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -q ':1628 [0-9A-F]*:0000 0A' || return 1
	rabbitmq-diagnostics -q check_port_connectivity
}

account() {
	if [ $# -eq 0 ]; then
		if [ "$SERVICE_USER" = guest ]; then
			rabbitmqctl -q change_password guest "$SERVICE_PASSWORD"
		else
			rabbitmqctl -q add_user "$SERVICE_USER" "$SERVICE_PASSWORD"
		fi
		rabbitmqctl -q set_user_tags "$SERVICE_USER" administrator
		rabbitmqctl -q set_permissions "$SERVICE_USER" '.*' '.*' '.*'
	fi
	rabbitmqctl -q authenticate_user "$SERVICE_USER" "$SERVICE_PASSWORD" >/dev/null
}

# Definitions are in a log that is written behind; so are durable messages, some
# tenths of a second later.
flush() {
	rabbitmqctl -q eval 'mnesia:sync_log(), mnesia:dump_log().'
	sleep 0.5
}
