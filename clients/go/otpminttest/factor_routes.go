// SPDX-License-Identifier: MIT

package otpminttest

import (
	"net/url"

	otpmint "github.com/otpmint/otpmint/clients/go"
)

// What a tenant asks about factors.
func (f *Fake) toFactors(one *asked, route, handle string) (response, error) {
	b := f.factors
	switch route {
	case "addFactor":
		var body otpmint.FactorRequest
		if err := parse(one.body, factorFields, &body); err != nil {
			return response{}, err
		}
		made, shown, err := b.add(body)
		if err != nil {
			return response{}, err
		}
		return written(201, merged(b.view(made), shown)), nil
	case "listFactors":
		query, err := url.ParseQuery(one.query)
		if err != nil || !query.Has("identity") {
			return response{}, refusal("invalid_parameter")
		}
		all := []fieldsOf{}
		for _, found := range b.of(query.Get("identity")) {
			all = append(all, b.view(found))
		}
		return written(200, fieldsOf{"data": all, "next": nil}), nil
	}
	return f.toFactor(one, route, handle)
}

// What a tenant asks about one factor.
func (f *Fake) toFactor(one *asked, route, handle string) (response, error) {
	b := f.factors
	var body otpmint.CheckFactor
	shapes := map[string]shape{"confirmFactor": confirmFields, "checkFactor": checkFields}
	if known, hasBody := shapes[route]; hasBody {
		if err := parse(one.body, known, &body); err != nil {
			return response{}, err
		}
	}
	found, err := b.find(handle)
	if err != nil {
		return response{}, err
	}
	var more fieldsOf
	switch route {
	case "confirmFactor":
		var codes []string
		codes, err = b.confirm(found, body.Code)
		more = fieldsOf{"recovery_codes": codes}
	case "replaceRecoveryCodes":
		var codes []string
		codes, err = b.replace(found)
		more = fieldsOf{"recovery_codes": codes}
	case "checkFactor":
		more, err = f.checked(found, body)
	case "deleteFactor":
		b.delete(handle)
	}
	if err != nil {
		return response{}, err
	}
	if route == "deleteFactor" {
		return nothing(), nil
	}
	return written(200, merged(b.view(found), more)), nil
}

func (f *Fake) checked(found *factor, body otpmint.CheckFactor) (fieldsOf, error) {
	channel, number, err := f.factors.check(found, body.Code)
	if err != nil {
		return nil, err
	}
	said := factorClaims(found, channel, number, body)
	receipt := f.signer.sign(receipt(said, f.options.Audience, f.time()))
	return fieldsOf{"verified": true, "channel": channel, "receipt": receipt}, nil
}

func merged(one, other fieldsOf) fieldsOf {
	for name, value := range other {
		one[name] = value
	}
	return one
}
