package diagnose

// IndexDir is where a prepared machine of the deb family keeps the index: one
// file a [Kind], each line "path<TAB>section/package,…", and "packages".
const IndexDir = "/var/cache/freshinstall-index"

// debPrepare fetches apt's Contents files beside the package lists and makes
// small files of them that grep answers in a moment. Decisions:
//   - apt itself fetches and checks the files, through index targets of its
//     own; mirrors, proxies and signatures are then the environment's.
//   - Package lists first and by themselves: they must be there. A mirror in the
//     middle of an update may refuse a Contents file of one small component
//     (seen: "unexpected size" in trixie-updates); what is left is still good.
//   - Where no list came at all, there is no network: a second try, and one for
//     the Contents files, would only wait through the same time limits again.
//   - One file a kind of question, each line "path<TAB>section/package,…".
//   - The packages file holds, for each package, what ranking and the search
//     for a successor need: name, section, size, how many packages depend on
//     it, what it provides, what it replaces, what it depends on.
//   - $(ARCHITECTURE) also stands for "all"; the second target is for archives
//     that keep one file for all components, as Ubuntu's does.
const debPrepare = `set -eu
export LC_ALL=C DEBIAN_FRONTEND=noninteractive
dir=` + IndexDir + `
rm -rf "$dir" /etc/apt/apt.conf.d/99freshinstall-contents
mkdir -p "$dir"
lists() {
  apt-get -q -o APT::Update::Error-Mode=any update && ls /var/lib/apt/lists/*_Packages* > /dev/null
}
if ! lists; then
  ls /var/lib/apt/lists/*_Packages* > /dev/null 2>&1 || { echo 'no package list could be fetched'; exit 69; }
  lists
fi
cat > /etc/apt/apt.conf.d/99freshinstall-contents <<'CONF'
Acquire::IndexTargets {
  deb::freshinstall-component {
    MetaKey "$(COMPONENT)/Contents-$(ARCHITECTURE)";
    ShortDescription "Contents-$(ARCHITECTURE)";
    Description "$(RELEASE)/$(COMPONENT) $(ARCHITECTURE) Contents";
    KeepCompressed "true";
  };
  deb::freshinstall-release {
    MetaKey "Contents-$(NATIVE_ARCHITECTURE)";
    ShortDescription "Contents-$(NATIVE_ARCHITECTURE)";
    Description "$(RELEASE) $(NATIVE_ARCHITECTURE) Contents";
    KeepCompressed "true";
  };
};
CONF
apt-get -q update || apt-get -q update || echo 'some Contents files could not be fetched'
apt-get indextargets --format '$(FILENAME)' | grep Contents- | sort -u > "$dir/sources"
while read -r file; do
  /usr/lib/apt/apt-helper cat-file "$file" | grep -E '(bin/|games/|/include/|\.pc |\.so[0-9.]* |\.a |\.cmake |python|\.pm |/R/(site-)?library/[^/]+/DESCRIPTION )' || true
done < "$dir/sources" | awk -v dir="$dir" '
{
  owners = $NF
  path = substr($0, 1, length($0) - length(owners))
  sub(/[ \t]+$/, "", path)
  sub(/^\.?\//, "", path)
  line = path "\t" owners
  if (path ~ /(^|\/)(s?bin|games)\/[^\/]+$/) print line > (dir "/command")
  if (path ~ /\/include\//) print line > (dir "/header")
  else if (path ~ /\/pkgconfig\/[^\/]+\.pc$/) print line > (dir "/pkgconfig")
  else if (path ~ /[Cc]onfig\.cmake$/) print line > (dir "/cmake")
  else if (path ~ /\/python3[0-9.]*\/(dist-packages\/)?([^\/]+\/)?([^\/]+\/__init__\.py|[^\/]+\.py|[^\/]+\.so)$/) print line > (dir "/python-module")
  else if (path ~ /\/perl(5|-base)?\/.*\.pm$/) print line > (dir "/perl-module")
  else if (path ~ /\/R\/(site-)?library\/[^\/]+\/DESCRIPTION$/) print line > (dir "/r-package")
  else if (path ~ /\/lib[^\/]+\.(so[0-9.]*|a)$/) print line > (dir "/library")
}'
apt-cache dumpavail | awk '
function names(text,   i, n, parts, out) {
  gsub(/\([^)]*\)|\[[^]]*\]|:[a-z0-9]+/, "", text)
  gsub(/[|]/, ",", text)
  gsub(/ /, "", text)
  return text
}
function flush(   i, n, parts) {
  if (package == "") return
  count++
  order[count] = package
  row[count] = package "\t" section "\t" size "\t%s\t" provides "\t" replaces "\t" depends
  n = split(depends, parts, ",")
  for (i = 1; i <= n; i++) rdeps[parts[i]]++
  package = section = size = provides = replaces = depends = ""
}
/^Package: / { flush(); package = $2; next }
/^Section: / { section = $2; next }
/^Installed-Size: / { size = $2; next }
/^Provides: / { provides = names(substr($0, 11)); next }
/^(Replaces|Breaks|Conflicts): / { replaces = replaces (replaces == "" ? "" : ",") names(substr($0, index($0, ":") + 2)); next }
/^(Pre-Depends|Depends): / { depends = depends (depends == "" ? "" : ",") names(substr($0, index($0, ":") + 2)); next }
END {
  flush()
  for (i = 1; i <= count; i++) {
    cut = index(row[i], "%s")
    print substr(row[i], 1, cut - 1) (rdeps[order[i]] + 0) substr(row[i], cut + 2)
  }
}' > "$dir/packages"
for kind in command header pkgconfig library cmake python-module perl-module r-package packages; do touch "$dir/$kind"; done
# What was fetched for the index alone is no use any more, and big.
while read -r file; do rm -f "$file"; done < "$dir/sources"
rm -f /etc/apt/apt.conf.d/99freshinstall-contents
test -s "$dir/command" && test -s "$dir/packages"
`
