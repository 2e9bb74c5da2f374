#!/bin/sh
# SPDX-License-Identifier: MIT
# Signs somebody in: asks for an address, has a code sent there, and asks for the code.
#
#   OTPMINT_URL=http://127.0.0.1:5000 OTPMINT_SECRET_KEY=… ./login.sh && echo welcome
#
# Ends with 0 when the right code was typed, and with 1 in every other case.
set -eu
: "${OTPMINT_URL:?}" "${OTPMINT_SECRET_KEY:?}"

# Asks OtpMint; sets $status and $told. curl is told everything through its input, since whoever is on this
# machine can read arguments, and nothing by ~/.curlrc. It checks certificates and follows no redirect.
post() { # PATH BODY
  answer=$(curl -q --silent --max-time 10 --write-out '\n%{http_code}' --config - <<END
url = "$OTPMINT_URL$1"
header = "Authorization: Bearer $OTPMINT_SECRET_KEY"
header = "Content-Type: application/json"
data-raw = "$(printf '%s' "$2" | sed 's/["\\]/\\&/g')"
END
  ) || end 'OtpMint cannot be reached.'
  status=${answer##*
}
  told=${answer%
*}
}

# One field of what was told.
field() { # NAME
  printf '%s' "$told" | sed -n 's/.*"'"$1"'":"\{0,1\}\([^",}]*\).*/\1/p'
}

# Reads a line that can stand between quotes in JSON.
ask() { # PROMPT
  printf '%s' "$1" >&2
  read -r line || exit 1
  case $line in
    *[\"\\[:cntrl:]]*) end 'This has characters that do not belong there.' ;;
  esac
  printf '%s' "$line"
}

end() { # SENTENCE
  printf '%s\n' "$1" >&2
  exit 1
}

# Says why not, and ends unless the code may be typed again.
refused() {
  case $(field code) in
    invalid_field) end 'This does not look like a mail address.' ;;
    not_a_code) echo 'This is not a code. It did not count.' >&2 ;;
    code_mismatch)
      [ "$(field attempts_remaining)" -gt 0 ] || end 'That was one wrong code too many.'
      echo "This code is wrong. Attempts left: $(field attempts_remaining)." >&2
      ;;
    challenge_*) end 'This code is not valid any more.' ;;
    *)
      wait=$(field retry_after)
      end "Codes cannot be sent or checked at the moment.${wait:+ Please try again in $wait seconds.}"
      ;;
  esac
}

email=$(ask 'E-mail address: ')
post /v1/challenges "{\"to\":\"$email\",\"purpose\":\"login\"}"
[ "$status" = 201 ] || refused
key=$(field key)

until [ "$status" = 200 ]; do
  code=$(ask 'Code: ')
  post "/v1/challenges/$key/verify" "{\"code\":\"$code\"}"
  [ "$status" = 200 ] || refused
done
echo "$email is signed in."
