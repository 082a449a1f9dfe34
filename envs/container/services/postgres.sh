# PostgreSQL: the distribution's own package, or an image with the entrypoint
# and the variables of the makers' one. Read by service.sh.

packages='postgresql'
version() { dpkg-query -W -f '${db:Status-Abbrev}${Package} ${Version}\n' 'postgresql-[0-9]*' | sed -n 's/^ii *\(postgresql-[0-9]* \)/\1/p'; }

# After its packages are there.
configure() {
	set -- /etc/postgresql/*/main
	mkdir -p "$1/conf.d"
	echo "listen_addresses = '*'" >"$1/conf.d/freshinstall.conf"
	echo 'host all all all md5' >>"$1/pg_hba.conf" # also takes passwords kept in the newer way
}

run() {
	if [ $# -gt 0 ]; then
		rm -f "$data/postmaster.pid"
		export PGDATA="$data" POSTGRES_USER="$SERVICE_USER" POSTGRES_PASSWORD="$SERVICE_PASSWORD" POSTGRES_DB="$SERVICE_DATABASE"
		exec "$@"
	fi
	# A snapshot has these of a process that is not in it.
	rm -f /var/lib/postgresql/*/main/postmaster.pid /run/postgresql/.s.PGSQL.*
	set -- /etc/postgresql/*/main
	set -- "${1#/etc/postgresql/}"
	exec pg_ctlcluster --foreground "${1%/main}" main start
}

# By TCP: the makers' image first starts a server that has only a socket.
ready() { pg_isready -q -h 127.0.0.1 -p 5432; }

client() { PGPASSWORD="$SERVICE_PASSWORD" psql -X -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -U "$SERVICE_USER" -d "$SERVICE_DATABASE" "$@"; }

# The declared user is an administrator, as in the makers' image.
account() {
	if [ $# -eq 0 ]; then
		setpriv --reuid postgres --regid postgres --init-groups psql -X -q -v ON_ERROR_STOP=1 \
			-v u="$SERVICE_USER" -v p="$SERVICE_PASSWORD" -v d="$SERVICE_DATABASE" <<'SQL'
select format('create role %I', :'u') where not exists (select from pg_roles where rolname = :'u') \gexec
alter role :"u" superuser login password :'p';
select format('create database %I owner %I', :'d', :'u') where not exists (select from pg_database where datname = :'d') \gexec
SQL
	fi
	client -c 'select 1' >/dev/null
}

flush() { client -c checkpoint; }
