# MongoDB: an image with the entrypoint and the variables of the makers' one;
# distributions have no package of it any more. Read by service.sh.

packages=
version() { :; }
configure() { :; }

run() {
	if [ -n "$SERVICE_USER" ]; then
		export MONGO_INITDB_ROOT_USERNAME="$SERVICE_USER" MONGO_INITDB_ROOT_PASSWORD="$SERVICE_PASSWORD"
	fi
	rm -f "$data/mongod.lock"
	exec "$@" --dbpath "$data"
}

client() {
	if [ -n "$SERVICE_USER" ]; then
		set -- -u "$SERVICE_USER" -p "$SERVICE_PASSWORD" --authenticationDatabase admin "$@"
	fi
	"$(command -v mongosh || command -v mongo)" --quiet --host 127.0.0.1 "$@"
}

ready() { client --eval 'db.adminCommand({ping: 1}).ok' | grep -q 1; }

account() { :; }

flush() { client --eval 'db.adminCommand({fsync: 1})'; }
