package container

import (
	"context"
	"testing"
)

func TestIntegrationACommittedCopyIsNoneOfOurs(t *testing.T) {
	e := engine(t)
	s := stage(t, debian())
	key := bootstrapKey(debian().Base)
	before, ok := e.labelled(t.Context(), kindBase, key)
	if !ok {
		t.Fatal("there is no base")
	}
	box, err := e.back.Start(t.Context(), life{Image: before.ID, Command: []string{"sleep", "60"}, Labels: e.me.labels(kindMachine, nil)})
	if err != nil {
		t.Fatal(err)
	}
	id, err := e.back.Commit(t.Context(), box.ID, commit{Ref: "freshinstall-test/copy:" + nonce(), Labels: map[string]string{labelKind: kindBase, labelKey: key}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.back.Remove(context.WithoutCancel(t.Context()), thing{Class: classImage, ID: id}); err != nil {
			t.Error(err)
		}
	})
	if err := box.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	if after, ok := e.labelled(t.Context(), kindBase, key); !ok || after.ID != before.ID {
		t.Errorf("the base is %s now, and was %s", after.ID, before.ID)
	}
	if s.image == id {
		t.Error("a copy was furnished")
	}
}
