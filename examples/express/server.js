// SPDX-License-Identifier: MIT
// An app whose users sign in with a code from their mailbox or their phone.

import { randomBytes } from "node:crypto";
import path from "node:path";
import { promisify } from "node:util";
import express from "express";
import session from "express-session";
import * as otpmint from "./otpmint.js";
import { ownFormsOnly, privately } from "./protect.js";

const app = express();
const production = app.get("env") === "production";
const COOKIE = production ? "__Host-session" : "session";
const guarded = { httpOnly: true, sameSite: "lax", secure: production };

app.set("view engine", "ejs");
app.set("views", path.join(import.meta.dirname, "views"));
app.disable("x-powered-by");
// In production a proxy on this machine ends TLS and says for whom.
if (production) app.set("trust proxy", "loopback");

app.use(express.static(path.join(import.meta.dirname, "public")));
app.use(privately);
app.use(ownFormsOnly);
app.use(express.urlencoded({ extended: false, limit: "4kb" }));
// In the memory of this one process: give it a `store` before you have more, or many users.
app.use(
  session({
    name: COOKIE,
    secret: process.env.SESSION_SECRET ?? randomBytes(32).toString("hex"),
    resave: false,
    saveUninitialized: false,
    cookie: { ...guarded, maxAge: 12 * 3600 * 1000 },
  }),
);

/** An empty session under a new name, so that whoever knew the former name has nothing. */
const renew = (request) => promisify(request.session.regenerate).call(request.session);

const field = (request, name) => String(request.body?.[name] ?? "").trim();

app.get("/", (request, response) => {
  if (!request.session.address) return response.redirect(303, "/login");
  response.render("dashboard", { address: request.session.address });
});

app.get("/login", (_request, response) => response.render("address"));

app.post("/login", async (request, response) => {
  const to = field(request, "to").toLowerCase();
  const key = await otpmint.mint(to, "login", request.ip);
  // Kept here: the browser is not asked which code it answers.
  request.session.pending = { key, to };
  response.redirect(303, "/login/code");
});

/** Lets through whoever has been sent a code. */
function waiting(request, response, next) {
  request.session.pending ? next() : response.redirect(303, "/login");
}

app.get("/login/code", waiting, (request, response) => {
  response.render("code", { to: request.session.pending.to });
});

app.post("/login/code", waiting, async (request, response) => {
  const address = await otpmint.verify(request.session.pending.key, field(request, "code"), request.ip);
  await renew(request);
  request.session.address = address;
  response.redirect(303, "/");
});

app.post("/login/resend", waiting, async (request, response) => {
  const { key, to } = request.session.pending;
  await otpmint.resend(key);
  response.render("code", { to, done: "The code is on its way again." });
});

app.post("/logout", async (request, response) => {
  await promisify(request.session.destroy).call(request.session);
  response.clearCookie(COOKIE, guarded);
  response.redirect(303, "/login");
});

// Says why not, where the next step is: another answer, or another code.
app.use((error, request, response, next) => {
  if (!(error instanceof otpmint.Refused)) return next(error);
  const { pending } = request.session;
  if (error.ended) delete request.session.pending;
  const answering = pending && !error.ended && request.path !== "/login";
  response.render(answering ? "code" : "address", { to: pending?.to, refused: error.message });
});

const port = Number(process.env.PORT ?? 3000);
app.listen(port, "127.0.0.1", () => console.log(`http://127.0.0.1:${port}`));
