# Prints what is installed: manager, name and version between tabs. Run as root
# beside the terminal. It works with the tools of busybox.
export LC_ALL=C
t='	'
within() { timeout "$@" 2>/dev/null </dev/null; }
{
	within 3 dpkg-query -W -f "dpkg$t\${Package}$t\${Version}$t\${db:Status-Status}\n" | sed -n "s/${t}installed\$//p"
	within 3 rpm -qa --qf "rpm$t%{NAME}$t%{VERSION}-%{RELEASE}\n"
	if [ -r /lib/apk/db/installed ]; then
		sed -n "s/^P://p;s/^V://p" /lib/apk/db/installed | paste - - | sed "s/^/apk$t/"
	fi
	if command -v pacman >/dev/null; then within 3 pacman -Q | sed "s/ /$t/;s/^/pacman$t/"; fi

	# The folders of the other managers lie anywhere and bear names and versions.
	# Those that the distribution's manager has filled are its to count.
	roots=
	for root in /usr/lib/node_modules /usr/lib/python3*/site-packages /usr/local /var/lib/gems /opt /srv /root /home; do [ -d "$root" ] && roots="$roots $root"; done
	# shellcheck disable=SC2086 # several words
	within 3 find $roots -xdev -maxdepth 10 \
		\( -type d -name node_modules -prune -print \) -o \
		\( -type d -name .git -prune \) -o \
		\( \( -name '*.dist-info' -o -name '*.egg-info' \) -prune -print \) -o \
		\( -name '*.gemspec' -path '*/specifications/*' -print \) -o \
		\( -name DESCRIPTION \( -path '*/library/*/DESCRIPTION' -o -path '*/site-library/*/DESCRIPTION' \) -print \) -o \
		\( -name .crates.toml -print \) |
		head -n 20000 | while IFS= read -r path; do
		file=${path##*/}
		case $file in
		*.dist-info | *.egg-info)
			file=${file%.dist-info} file=${file%.egg-info} file=${file%-py[0-9]*}
			case $file in *-*) echo "pip$t${file%-*}$t${file##*-}" ;; esac
			;;
		*.gemspec)
			file=${file%.gemspec} version=${file##*-[0-9]}
			name=${file%-[0-9]"$version"} && echo "gem$t$name$t${file#"$name"-}"
			;;
		DESCRIPTION)
			name=${path%/DESCRIPTION} && sed -n "s/^Version: */r$t${name##*/}$t/p" "$path"
			;;
		.crates.toml)
			sed -n "s/^\"\([^ ]*\) \([^ ]*\) .*/cargo$t\1$t\2/p" "$path"
			;;
		node_modules)
			manager=npm
			case $path in /usr/lib/node_modules | /usr/local/lib/node_modules | */.nvm/*/lib/node_modules) manager=npm-global ;; esac
			grep -m 1 -H '"version" *:' "$path"/*/package.json "$path"/@*/*/package.json 2>/dev/null |
				sed -n "s|^$path/\([^:]*\)/package.json:.*\"version\" *: *\"\([^\"]*\)\".*|$manager$t\1$t\2|p"
			;;
		esac
	done

	# Tools that no manager counts: what lies outside of the distribution's folder.
	for tool in go cargo rustc node npm deno bun ruby java cmake; do
		for folder in /usr/local/go/bin /usr/local/bin /root/.cargo/bin /home/*/.cargo/bin /opt/*/bin /home/*/.nvm/versions/node/*/bin; do
			[ -f "$folder/$tool" ] && [ -x "$folder/$tool" ] || continue
			case $tool in go | java) ask=version ;; *) ask=--version ;; esac
			[ "$tool" = java ] && ask=-version
			version=$(within 1 "$folder/$tool" "$ask" | sed -n '1s/^[^0-9]*\([0-9][0-9A-Za-z.+-]*\).*/\1/p')
			[ -n "$version" ] && echo "tool$t$tool$t$version"
			break
		done
	done
} | head -n 40000 | head -c 4000000
