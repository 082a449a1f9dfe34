package diagnose

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Support is how long a release of a product is kept up by those who make it.
type Support struct {
	Product string    // "debian", "python"
	Release string    // "12", "3.11"
	Until   time.Time // last day of support for everybody, midnight UTC; zero: none is set
	Longest time.Time // last day of the longest support that costs nothing (LTS); zero: as Until
	AsOf    time.Time // when this was so
}

// SupportState is what is known of a release on a day.
type SupportState string

// The closed set of states.
const (
	SupportUnknown  SupportState = "unknown" // the release, or the end of its support, stands in no table
	Supported       SupportState = "supported"
	SupportedLonger SupportState = "extended" // only by the longer support
	Unsupported     SupportState = "ended"
)

// Support gives what is bundled about a release. Release may be more exact
// than what is bundled: "3.11.2" is found as 3.11, "9.4" as 9.
func (c *Catalogue) Support(product, release string) (Support, bool) {
	releases := c.support[strings.ToLower(product)]
	for wanted := release; wanted != ""; {
		for _, s := range releases {
			if s.Release == wanted {
				return s, true
			}
		}
		cut := strings.LastIndexByte(wanted, '.')
		if cut < 0 {
			break
		}
		wanted = wanted[:cut]
	}
	return Support{}, false
}

// On says what is known on a day. The zero day stands for the day of the
// table, so that what is said of it can always be shown to be true.
func (s Support) On(day time.Time) SupportState {
	if day.IsZero() {
		day = s.AsOf
	}
	day = day.UTC().Truncate(24 * time.Hour)
	longest := s.Longest
	if longest.IsZero() {
		longest = s.Until
	}
	switch {
	case s.Until.IsZero():
		return SupportUnknown
	case !day.After(s.Until):
		return Supported
	case !day.After(longest):
		return SupportedLonger
	}
	return Unsupported
}

// Ended says in one sentence, without a full stop, that support has ended; it
// says nothing where that is not certain on the day.
func (s Support) Ended(day time.Time) string {
	if s.On(day) != Unsupported {
		return ""
	}
	end := s.Longest
	if end.IsZero() {
		end = s.Until
	}
	return fmt.Sprintf("%s %s is out of support since %s (as of %s)", productName(s.Product), s.Release, end.Format(time.DateOnly), s.AsOf.Format(time.DateOnly))
}

// OutOfSupport says the same of an environment, by the release that its record
// bears ("debian 10").
func (c *Catalogue) OutOfSupport(release string, day time.Time) string {
	product, number, ok := strings.Cut(release, " ")
	if !ok {
		return ""
	}
	s, known := c.Support(product, number)
	if !known {
		return ""
	}
	return s.Ended(day)
}

// images are base images whose name is not their product's.
var images = map[string]string{"node": "nodejs", "rockylinux": "rocky", "amazonlinux": "amzn", "golang": "go", "postgres": "postgresql", "mongo": "mongodb",
	"eclipse-temurin": "openjdk", "leap": "opensuse-leap", "ubi9": "rhel", "ubi8": "rhel", "ubi7": "rhel"}

// OutOfSupportImage says the same of a base image, by the number that its tag
// begins with: "debian:10-slim", "node:14". A tag without one says nothing.
func (c *Catalogue) OutOfSupportImage(reference string, day time.Time) string {
	reference, _, _ = strings.Cut(reference, "@")
	name, tag, _ := strings.Cut(reference[strings.LastIndexByte(reference, '/')+1:], ":")
	if product := images[name]; product != "" {
		name = product
	}
	number, _, _ := strings.Cut(tag, "-")
	return c.OutOfSupport(name+" "+number, day)
}

// productNames are products whose own spelling is not the word with a capital.
var productNames = map[string]string{"nodejs": "Node.js", "php": "PHP", "mysql": "MySQL", "mariadb": "MariaDB", "postgresql": "PostgreSQL", "mongodb": "MongoDB",
	"openjdk": "OpenJDK", "rhel": "RHEL", "centos": "CentOS", "almalinux": "AlmaLinux", "rocky": "Rocky Linux", "alpine": "Alpine Linux", "rails": "Ruby on Rails",
	"opensuse-leap": "openSUSE Leap", "sles": "SLES", "amzn": "Amazon Linux"}

func productName(product string) string {
	if name := productNames[product]; name != "" {
		return name
	}
	return strings.ToUpper(product[:1]) + product[1:]
}

// addSupport takes a sheet of releases. Of two sheets that know a product, the
// later one speaks for it.
func addSupport(into map[string][]Support, s sheet) error {
	if !slices.Equal(s.heading, []string{"product", "release", "until", "longest"}) {
		return fmt.Errorf("%s: the columns are %q", s.file, s.heading)
	}
	if s.date.IsZero() {
		return fmt.Errorf("%s: a date must say when this was so", s.file)
	}
	fresh := map[string][]Support{}
	for _, cells := range s.rows {
		one := Support{Product: cells[0], Release: cells[1], AsOf: s.date}
		for i, day := range []*time.Time{&one.Until, &one.Longest} {
			if cells[2+i] == none {
				continue
			}
			when, err := time.Parse(time.DateOnly, cells[2+i])
			if err != nil {
				return fmt.Errorf("%s: %s %s: %w", s.file, cells[0], cells[1], err)
			}
			*day = when
		}
		if !one.Longest.IsZero() && one.Longest.Before(one.Until) {
			return fmt.Errorf("%s: %s %s: the longest support ends first", s.file, cells[0], cells[1])
		}
		fresh[one.Product] = append(fresh[one.Product], one)
	}
	for product, releases := range fresh {
		slices.SortStableFunc(releases, func(a, b Support) int { return cmp.Compare(len(b.Release), len(a.Release)) })
		if old := into[product]; len(old) == 0 || old[0].AsOf.Before(s.date) {
			into[product] = releases
		}
	}
	return nil
}
