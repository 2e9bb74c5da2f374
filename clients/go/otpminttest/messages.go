// SPDX-License-Identifier: MIT

package otpminttest

import (
	"regexp"
	"strings"
	"time"

	otpmint "github.com/otpmint/otpmint/clients/go"
)

var relayedCode = regexp.MustCompile(`^[!-~][ -~]{2,62}[!-~]$`)

// What a tenant asks about relayed messages.
func (f *Fake) toMessages(one *asked, route, id string) (response, error) {
	if route == "relay" {
		return f.relay(one)
	}
	view, isThere := f.relayed[id]
	if !isThere {
		return response{}, refusal("message_not_found")
	}
	var sends []send
	for _, message := range f.book.messages {
		if message.Key == id {
			sends = append(sends, send{message.Channel, message.At})
		}
	}
	return written(200, merged(fieldsOf{"deliveries": deliveries(sends)}, view)), nil
}

func (f *Fake) relay(one *asked) (response, error) {
	var body otpmint.RelayRequest
	if err := parse(one.body, relayFields, &body); err != nil {
		return response{}, err
	}
	to, err := recipient(body.To)
	if err != nil {
		return response{}, err
	}
	if !relayedCode.MatchString(body.Code) {
		return response{}, fieldRefusal("/code", "4 to 64 printable ASCII characters, no space at either end")
	}
	channel, err := wayTo(to, body.Channel)
	if err != nil {
		return response{}, err
	}
	lives := 600
	if body.ExpiresIn != 0 {
		lives = body.ExpiresIn
	}
	if lives < 60 || lives > 3600 {
		return response{}, fieldRefusal("/expires_in", "expires_in must be from 60 to 3600 seconds")
	}
	now, purpose := f.time(), or(body.Purpose, "verification")
	// Apart from the keys of challenges, which begin with other letters.
	id := strings.ReplaceAll(keyOf(len(f.relayed)), "K", "M")
	view := fieldsOf{
		"id": id, "purpose": purpose, "channel": channel, "to": masked(to), "locale": or(body.Locale, "en"),
		"created_at": timestamp(now), "expires_at": timestamp(now.Add(time.Duration(lives) * time.Second)),
		"delivery": fieldsOf{"status": otpmint.Sent, "at": timestamp(now), "error": nil},
		"metadata": orEmpty(body.Metadata),
	}
	f.relayed[id] = view
	f.book.messages = append(f.book.messages, Message{to, channel, body.Code, purpose, id, now, true})
	answer := written(201, view)
	answer.header.Set("Location", "/v1/messages/"+id)
	return answer, nil
}

// The channel that was asked for, if it is one and leads to this recipient; otherwise the usual one.
func wayTo(to string, wished otpmint.Channel) (otpmint.Channel, error) {
	isMail := strings.Contains(to, "@")
	switch wished {
	case "":
		if isMail {
			return otpmint.Email, nil
		}
		return otpmint.SMS, nil
	case otpmint.Email, otpmint.SMS, otpmint.WhatsApp, otpmint.Voice, otpmint.Telegram:
		if (wished == otpmint.Email) == isMail {
			return wished, nil
		}
	}
	return "", fieldRefusal("/channel", "no channel that reaches this recipient")
}
