// SPDX-License-Identifier: MIT

package otpminttest

import (
	"encoding/json"
	"sort"
)

type kind string

const (
	text    kind = "a text"
	number  kind = "a number"
	boolean kind = "true or false"
	fields  kind = "an object of texts"
	object  kind = "an object"
)

// The fields that a body may have. A test compares them with docs/openapi.json.
type shape struct {
	kinds    map[string]kind
	required []string
}

var mintFields = shape{kinds: map[string]kind{
	"to": text, "ask": text, "channel": text, "purpose": text, "locale": text, "ttl": number, "code": object,
	"metadata": fields, "nonce": text, "vars": fields, "origin": text, "app_hash": text, "bind": fields,
	"return_url": text, "embed": boolean, "limits": fields, "end_user_ip": text, "trusted": boolean,
}}

var verifyFields = shape{
	kinds:    map[string]kind{"code": text, "bind": fields, "end_user_ip": text, "trusted": boolean},
	required: []string{"code"},
}

var byRecipientFields = shape{
	kinds: map[string]kind{
		"to": text, "purpose": text, "code": text, "bind": fields, "end_user_ip": text, "trusted": boolean,
	},
	required: []string{"to", "code"},
}

var resendFields = shape{kinds: map[string]kind{"channel": text}}

var factorFields = shape{
	kinds: map[string]kind{
		"identity": text, "issuer": text, "account": text, "algorithm": text, "digits": number, "period": number,
		"secret": text, "uri": text, "confirmed": boolean, "return_url": text, "locale": text,
	},
	required: []string{"identity"},
}

var confirmFields = shape{kinds: map[string]kind{"code": text}, required: []string{"code"}}

var checkFields = shape{
	kinds:    map[string]kind{"code": text, "purpose": text, "nonce": text},
	required: []string{"code"},
}

var relayFields = shape{
	kinds: map[string]kind{
		"to": text, "code": text, "channel": text, "purpose": text, "locale": text, "expires_in": number,
		"link": text, "vars": fields, "metadata": fields, "limits": fields, "end_user_ip": text,
	},
	required: []string{"to", "code"},
}

// Reads a body, of which every field has to be known and of its kind.
func parse(body []byte, known shape, into any) error {
	if len(body) == 0 && len(known.required) == 0 {
		body = []byte("{}")
	}
	var all map[string]any
	if err := json.Unmarshal(body, &all); err != nil || all == nil {
		return refusal("invalid_json")
	}
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		kind, isKnown := known.kinds[name]
		if !isKnown {
			return fieldRefusal("/"+name, "unknown field `"+name+"`")
		}
		// An optional field may be null, except those that are objects of texts.
		if isNull := all[name] == nil; !(isNull && kind != fields) && !kind.fits(all[name]) {
			return fieldRefusal("/"+name, "expected "+string(kind))
		}
	}
	for _, name := range known.required {
		if _, isText := all[name].(string); !isText {
			return fieldRefusal("/"+name, "missing field `"+name+"`")
		}
	}
	if err := json.Unmarshal(body, into); err != nil {
		return refusal("invalid_json")
	}
	return nil
}

func (k kind) fits(value any) bool {
	switch k {
	case text:
		_, fits := value.(string)
		return fits
	case number:
		_, fits := value.(float64)
		return fits
	case boolean:
		_, fits := value.(bool)
		return fits
	}
	values, isObject := value.(map[string]any)
	if k == fields {
		for _, one := range values {
			if _, isText := one.(string); !isText {
				return false
			}
		}
	}
	return isObject
}
