# MySQL and MariaDB: what the distribution has under the name, or an image with
# the entrypoint and the variables of the makers' ones. Read by service.sh.

packages='default-mysql-server' # in Debian that is MariaDB
[ "$SERVICE_KIND" = mysql ] || packages='mariadb-server'
version() { dpkg-query -W -f '${db:Status-Abbrev}${Package} ${Version}\n' 'm*-server*' | sed -n 's/^ii *//p' | grep -v core | tail -n 1; }

configure() { :; }

run() {
	if [ $# -gt 0 ]; then
		export MYSQL_ROOT_PASSWORD="$SERVICE_PASSWORD" MYSQL_DATABASE="$SERVICE_DATABASE"
		if [ "$SERVICE_USER" != root ]; then
			export MYSQL_USER="$SERVICE_USER" MYSQL_PASSWORD="$SERVICE_PASSWORD"
		fi
		exec "$@" --datadir="$data"
	fi
	mkdir -p /run/mysqld
	chown mysql:mysql /run/mysqld
	exec "$(command -v mariadbd || command -v mysqld || echo /usr/sbin/mysqld)" --user=mysql --bind-address='*'
}

# By TCP: the makers' images first start a server that has only a socket.
ready() { "$(command -v mariadb-admin || command -v mysqladmin)" --protocol=tcp -h 127.0.0.1 --silent ping; }

client() {
	MYSQL_PWD="$SERVICE_PASSWORD" "$(command -v mariadb || command -v mysql)" --no-defaults --protocol=tcp -h 127.0.0.1 -u "$SERVICE_USER" "$@"
}

# The declared user may do everything, from here and from other hosts.
account() {
	if [ $# -eq 0 ]; then
		{
			for host in localhost %; do
				echo "CREATE USER IF NOT EXISTS '$SERVICE_USER'@'$host';"
				echo "ALTER USER '$SERVICE_USER'@'$host' IDENTIFIED BY '$SERVICE_PASSWORD';"
				echo "GRANT ALL PRIVILEGES ON *.* TO '$SERVICE_USER'@'$host' WITH GRANT OPTION;"
			done
			[ -z "$SERVICE_DATABASE" ] || echo "CREATE DATABASE IF NOT EXISTS \`$SERVICE_DATABASE\`;"
		} | "$(command -v mariadb || command -v mysql)"
	fi
	client -e 'SELECT 1' >/dev/null
}

flush() { client -e 'FLUSH TABLES'; }
