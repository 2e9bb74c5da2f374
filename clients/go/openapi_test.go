// SPDX-License-Identifier: MIT

package otpmint_test

import (
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"sort"
	"strings"
	"testing"
	"time"

	otpmint "github.com/otpmint/otpmint/clients/go"
)

// What is read of docs/openapi.json.
type schema struct {
	Ref        string `json:"$ref"`
	Type       any
	Examples   []any
	Properties map[string]schema
	Required   []string
	AllOf      []schema
	OneOf      []schema
	AnyOf      []schema
	Items      *schema
}

type description struct {
	Info  struct{ Version string }
	Paths map[string]map[string]struct {
		Parameters []struct {
			Ref string `json:"$ref"`
		}
	}
	Components struct{ Schemas map[string]schema }
}

func readDescription(t *testing.T) description {
	t.Helper()
	text, err := os.ReadFile("../../docs/openapi.json")
	check(t, err)
	var found description
	check(t, json.Unmarshal(text, &found))
	return found
}

func TestTheVersionIsThatOfTheDescription(t *testing.T) {
	same(t, otpmint.Version, readDescription(t).Info.Version)
}

func TestTheTypesAreThoseOfTheDescription(t *testing.T) {
	api := readDescription(t)
	requests := map[string]any{
		"MintRequest": otpmint.MintRequest{}, "CodeShapeRequest": otpmint.CodeShape{}, "VerifyRequest": otpmint.VerifyRequest{},
		"VerifyByRecipientRequest": otpmint.VerifyByRecipientRequest{}, "ResendRequest": otpmint.ResendRequest{},
		"FactorRequest": otpmint.FactorRequest{}, "ConfirmFactor": otpmint.ConfirmFactor{},
		"CheckFactor": otpmint.CheckFactor{}, "RelayRequest": otpmint.RelayRequest{},
	}
	answers := map[string]any{
		"Challenge": otpmint.Challenge{}, "MintedChallenge": otpmint.MintedChallenge{},
		"ChallengeWithDeliveries": otpmint.ChallengeWithDeliveries{}, "VerifiedChallenge": otpmint.VerifiedChallenge{},
		"Delivery": otpmint.Delivery{}, "ChallengeDelivery": otpmint.ChallengeDelivery{},
		"PublicDelivery": otpmint.PublicDelivery{}, "PublicChallenge": otpmint.PublicChallenge{},
		"VerifiedPublicChallenge": otpmint.VerifiedPublicChallenge{}, "Problem": otpmint.Problem{},
		"FieldProblem": otpmint.FieldProblem{}, "Factor": otpmint.Factor{}, "NewFactor": otpmint.NewFactor{},
		"FactorWithRecoveryCodes": otpmint.FactorWithRecoveryCodes{}, "CheckedFactor": otpmint.CheckedFactor{},
		"Message": otpmint.Message{}, "MessageWithDeliveries": otpmint.MessageWithDeliveries{},
	}
	for name, ours := range requests {
		theirs := api.flat(t, api.Components.Schemas[name])
		same(t, append([]string{name}, required(ours)...), append([]string{name}, theirs.Required...))
		api.compare(t, name, ours, theirs)
	}
	for name, ours := range answers {
		api.compare(t, name, ours, api.flat(t, api.Components.Schemas[name]))
	}
}

func TestEveryRouteThatTakesAKeyGetsOneAndNoOther(t *testing.T) {
	names := regexp.MustCompile(`\{[^}]*\}`)
	keyed := 0
	for path, methods := range readDescription(t).Paths {
		post, isThere := methods["post"]
		if !isThere || !strings.HasPrefix(path, "/v1/") {
			continue
		}
		isKeyed := false
		for _, parameter := range post.Parameters {
			isKeyed = isKeyed || strings.HasSuffix(parameter.Ref, "/Idempotency-Key")
		}
		_, sent, client := counted()
		_ = client.Request(ctx, "POST", names.ReplaceAllString(path, "x"), map[string]string{}, nil)
		same(t, []any{path, len(sent.keys), sent.keys[0] != ""}, []any{path, 1, isKeyed})
		if isKeyed {
			keyed++
		}
	}
	if keyed < 10 {
		t.Fatal(keyed)
	}
}

// A schema with the properties of all its parts.
func (d description) flat(t *testing.T, one schema) schema {
	t.Helper()
	if one.Ref != "" {
		name := one.Ref[strings.LastIndex(one.Ref, "/")+1:]
		found, isKnown := d.Components.Schemas[name]
		if !isKnown {
			t.Fatalf("there is no schema %s", name)
		}
		return d.flat(t, found)
	}
	all := schema{Properties: map[string]schema{}, Required: append([]string(nil), one.Required...), Type: one.Type}
	all.Examples, all.Items = one.Examples, one.Items
	for name, property := range one.Properties {
		all.Properties[name] = property
	}
	for _, part := range append(append(one.AllOf, one.OneOf...), one.AnyOf...) {
		flat := d.flat(t, part)
		for name, property := range flat.Properties {
			all.Properties[name] = property
		}
		all.Required = append(all.Required, flat.Required...)
		if flat.Type != "null" && all.Type == nil {
			all.Type, all.Examples, all.Items = flat.Type, flat.Examples, flat.Items
		}
	}
	sort.Strings(all.Required)
	return all
}

func (d description) compare(t *testing.T, name string, ours any, theirs schema) {
	t.Helper()
	fields := fieldsOf(reflect.TypeOf(ours))
	for field := range fields {
		if _, isThere := theirs.Properties[field]; !isThere {
			t.Errorf("%s has no %s", name, field)
		}
	}
	for field, property := range theirs.Properties {
		found, isThere := fields[field]
		if !isThere {
			t.Errorf("%s lacks %s", name, field)
			continue
		}
		kind := kindOf(found.Type)
		if expected := simple(d.flat(t, property).Type); kind != expected {
			t.Errorf("%s.%s is %s instead of %s", name, field, kind, expected)
		}
	}
}

func required(ours any) []string {
	var names []string
	for name, field := range fieldsOf(reflect.TypeOf(ours)) {
		if !strings.HasSuffix(field.Tag.Get("json"), ",omitempty") {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}

func fieldsOf(of reflect.Type) map[string]reflect.StructField {
	all := map[string]reflect.StructField{}
	for _, field := range reflect.VisibleFields(of) {
		if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "" && name != "-" {
			all[name] = field
		}
	}
	return all
}

func kindOf(of reflect.Type) string {
	if of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	switch {
	case of == reflect.TypeOf(time.Time{}) || of == reflect.TypeOf([]byte(nil)) || of.Kind() == reflect.String:
		return "string"
	case of.Kind() == reflect.Int:
		return "integer"
	case of.Kind() == reflect.Bool:
		return "boolean"
	case of.Kind() == reflect.Slice:
		return "array"
	}
	return "object"
}

// The type of a schema that may be null.
func simple(of any) string {
	if several, isList := of.([]any); isList {
		for _, one := range several {
			if one != "null" {
				return one.(string)
			}
		}
	}
	text, _ := of.(string)
	return text
}

func TestTheWordsAreThoseOfTheDescription(t *testing.T) {
	api := readDescription(t)
	words := func(name, property string) []any {
		return api.flat(t, api.flat(t, api.Components.Schemas[name]).Properties[property]).Examples
	}
	for _, one := range []struct {
		found []any
		ours  []any
	}{
		{words("Challenge", "status"), []any{
			otpmint.Pending, otpmint.Verified, otpmint.Expired, otpmint.Exhausted, otpmint.Canceled,
		}},
		{words("Challenge", "channel"), []any{
			otpmint.Email, otpmint.SMS, otpmint.WhatsApp, otpmint.Voice, otpmint.Telegram, otpmint.NoChannel,
		}},
		{words("Delivery", "status"), []any{otpmint.Queued, otpmint.Sent, otpmint.Delivered, otpmint.Failed}},
		{words("Factor", "status"), []any{otpmint.Unconfirmed, otpmint.Active}},
	} {
		same(t, sorted(one.found), sorted(one.ours))
	}
}

func sorted(all []any) []string {
	var texts []string
	for _, one := range all {
		texts = append(texts, reflect.ValueOf(one).String())
	}
	sort.Strings(texts)
	return texts
}

// A later server may have more words, and more fields.
func TestAChallengeWithNewWordsIsUnderstood(t *testing.T) {
	answer := `{"key":"CnPYvKqMbdXhwRzTgJsLfAe","status":"suspended","channel":"pigeon","weather":"fair",
		"delivery":{"status":"circling","at":null,"error":"hawk","height":40}}`
	var challenge otpmint.Challenge
	check(t, json.Unmarshal([]byte(answer), &challenge))
	same(t, challenge.Status, otpmint.Status("suspended"))
	same(t, challenge.Channel, otpmint.Channel("pigeon"))
	same(t, challenge.Delivery.Status, otpmint.DeliveryStatus("circling"))
}
