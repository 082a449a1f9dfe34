package container

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

// makeUser adds the user $u with the first free number from 1000 on.
const makeUser = `if ! id "$u" >/dev/null 2>&1; then
	uid=1000
	while grep -q "^[^:]*:[^:]*:$uid:" /etc/passwd; do uid=$((uid + 1)); done
	if command -v useradd >/dev/null; then
		useradd -m -U -u "$uid" -s "$(command -v bash)" "$u"
	else
		adduser -D -u "$uid" -s "$(command -v bash)" "$u"
	fi
fi
id -u "$u"`

func (f *furnisher) addUser(ctx context.Context) error {
	if f.env.User == "root" {
		return nil
	}
	uid, err := f.run(ctx, "u="+f.env.User+"\n"+makeUser)
	if err != nil {
		return err
	}
	return f.note(ctx, "user", fmt.Sprintf("user %s (number %s) with a home directory and bash", f.env.User, strings.TrimSpace(uid)))
}

func (f *furnisher) addSudo(ctx context.Context) error {
	if !f.env.Furnish.Sudo {
		return nil
	}
	f.say("installing sudo for " + f.env.Name)
	if !f.has("sudo") {
		if err := f.install(ctx, f.manager.install, "sudo"); err != nil {
			return err
		}
	}
	detail := "sudo"
	if f.env.User != "root" {
		rule := fmt.Sprintf("mkdir -p /etc/sudoers.d\necho '%s ALL=(ALL:ALL) NOPASSWD: ALL' >/etc/sudoers.d/freshinstall\nchmod 0440 /etc/sudoers.d/freshinstall", f.env.User)
		if _, err := f.run(ctx, rule); err != nil {
			return err
		}
		detail = "sudo, which asks " + f.env.User + " for no password"
	}
	return f.note(ctx, "sudo", detail)
}

func (f *furnisher) addGit(ctx context.Context) error {
	if !f.env.Furnish.Git || f.has("git") {
		return nil
	}
	f.say("installing git for " + f.env.Name)
	if err := f.install(ctx, f.manager.install, "git"); err != nil {
		return err
	}
	return f.note(ctx, "git", "git without its recommended packages")
}

func (f *furnisher) addCertificates(ctx context.Context) error {
	if !f.env.Furnish.CACertificates {
		return nil
	}
	if err := f.install(ctx, f.manager.install, "ca-certificates"); err != nil {
		return err
	}
	return f.note(ctx, "ca_certificates", "the package ca-certificates")
}

// findLocale prints the name under which the system has a UTF-8 locale
// without a language.
const findLocale = `if command -v locale >/dev/null; then
	locale -a 2>/dev/null | grep -i -x -m 1 'C\.utf-\{0,1\}8' || :
else
	echo C.UTF-8 # musl knows no other
fi`

func (f *furnisher) addUTF8(ctx context.Context) error {
	if !f.env.Furnish.UTF8 {
		return nil
	}
	name, err := f.run(ctx, findLocale)
	if err != nil {
		return err
	}
	if strings.TrimSpace(name) == "" {
		return nil // there is none to be had without installing one; nothing to be listed either
	}
	f.done.Session = append(f.done.Session, "LANG=C.UTF-8")
	return f.note(ctx, "utf8", "LANG=C.UTF-8")
}

func (f *furnisher) addPackages(ctx context.Context) error {
	if len(f.env.Packages) == 0 {
		return nil
	}
	f.say("installing the declared packages for " + f.env.Name)
	if err := f.install(ctx, f.manager.full, f.env.Packages...); err != nil {
		return err
	}
	return f.note(ctx, "packages", "declared as already there: "+strings.Join(f.env.Packages, ", "))
}

// finish leaves or removes the package lists and puts our own files in.
func (f *furnisher) finish(ctx context.Context) error {
	if f.env.Furnish.PackageLists {
		if err := f.update(ctx); err != nil {
			return err
		}
		if err := f.note(ctx, "package_lists", "package lists as after a first "+updateName(f.system.family)); err != nil {
			return err
		}
	} else if f.updated {
		if _, err := f.run(ctx, f.manager.forget); err != nil {
			return err
		}
	}
	if f.manager.tidy != "" {
		if _, err := f.run(ctx, f.manager.tidy); err != nil {
			return err
		}
	}
	var files bytes.Buffer
	w := tar.NewWriter(&files)
	now := time.Now()
	err := errors.Join(
		w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: strings.TrimPrefix(controlDir, "/") + "/", Mode: 0o1777, ModTime: now}),
		w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: strings.TrimPrefix(hookPath, "/"), Mode: 0o644, Size: int64(len(hookScript)), ModTime: now}),
		second(w.Write([]byte(hookScript))), w.Close(),
	)
	if err != nil {
		return err
	}
	return lost("write our own files", f.back.CopyIn(ctx, f.id, "/", &files))
}

// updateName is the command as a person knows it.
func updateName(f verifier.Family) string {
	switch f {
	case verifier.FamilyDeb:
		return "apt-get update"
	case verifier.FamilyRPM:
		return "dnf makecache"
	case verifier.FamilyApk:
		return "apk update"
	case verifier.FamilySuse:
		return "zypper refresh"
	case verifier.FamilyArch:
		return "pacman -Sy"
	case verifier.FamilyUnknown:
	}
	return "update"
}
