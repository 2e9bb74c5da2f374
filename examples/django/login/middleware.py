# SPDX-License-Identifier: MIT
"""What all answers have in common."""

from django.utils.cache import add_never_cache_headers

POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'"
)


def protect(get_response):
    """What is shown is for one person, for now, and not within the page of another site."""

    def middleware(request):
        response = get_response(request)
        add_never_cache_headers(response)
        response["Content-Security-Policy"] = POLICY
        return response

    return middleware
