// SPDX-License-Identifier: MIT
// What keeps other sites out.

/** Takes forms from this app's own pages alone: browsers say where a form comes from. */
export function ownFormsOnly(request, response, next) {
  if (request.method !== "POST" || isOwn(request)) return next();
  response.status(403).type("text").send("Nothing was done: the form came from elsewhere.");
}

// In one of two headers, neither of which a page can change.
function isOwn(request) {
  const site = request.get("Sec-Fetch-Site");
  if (site !== undefined) return site === "same-origin";
  const origin = request.get("Origin");
  return URL.canParse(origin) && new URL(origin).host === request.get("Host");
}

/** What is shown is for one person, for now, and not within the page of another site. */
export function privately(_request, response, next) {
  response.set({
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy":
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; form-action 'self'; " +
      "frame-ancestors 'none'; base-uri 'none'",
  });
  next();
}
