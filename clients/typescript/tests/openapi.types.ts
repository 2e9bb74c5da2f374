// SPDX-License-Identifier: MIT
//
// Compares the types of this package with docs/openapi.json. There is nothing to run: a difference does not compile.

import type * as Ours from "otpmint";
import type { Jwk, JwkSet } from "otpmint/receipts";
import type { WebhookEvent } from "otpmint/webhooks";
import type * as Theirs from "./generated/schemas.js";

type Is<T extends true> = T;

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

/** The names of the fields that cannot be left out. */
type Needed<T> = { [Name in keyof T]-?: object extends Pick<T, Name> ? never : Name }[keyof T];

/** Every answer of the server is one of ours, which has the same fields. */
type Answer<Mine, Schema> = [Schema] extends [Mine] ? Same<keyof Mine, keyof Schema> : false;

/** The same without what `undefined` means: the field is not sent. */
type Sent<T> = { [Name in keyof T]: Exclude<T[Name], undefined> extends infer V ? (V extends object ? Sent<V> : V) : never };

/** Every request that can be written is one that the server takes, with all fields that it takes. */
type Request<Mine, Schema> = [Required<Sent<Mine>>] extends [Schema]
  ? Same<[keyof Mine, Needed<Mine>], [keyof Schema, Needed<Schema>]>
  : false;

/** The words that are named of an open list. */
type Words<T> = T extends string ? (string extends T ? never : T) : never;

export type Checked = [
  Is<Request<Ours.MintRequest, Theirs.MintRequest>>,
  Is<Request<NonNullable<Ours.MintRequest["code"]>, Theirs.CodeShapeRequest>>,
  Is<Request<Ours.VerifyRequest, Theirs.VerifyRequest>>,
  Is<Request<Ours.VerifyByRecipientRequest, Theirs.VerifyByRecipientRequest>>,
  Is<Request<Ours.ResendRequest, Theirs.ResendRequest>>,
  Is<Request<{ result: string }, Theirs.ResultRequest>>,
  Is<Request<Ours.FactorRequest, Theirs.FactorRequest>>,
  Is<Request<{ code: string }, Theirs.ConfirmFactor>>,
  Is<Request<Ours.CheckFactor, Theirs.CheckFactor>>,
  Is<Request<{ result: string }, Theirs.FactorResultRequest>>,
  Is<Request<Ours.RelayRequest, Theirs.RelayRequest>>,
  Is<Answer<Ours.Challenge, Theirs.Challenge>>,
  Is<Answer<Ours.MintedChallenge, Theirs.MintedChallenge>>,
  Is<Answer<Ours.ChallengeWithDeliveries, Theirs.ChallengeWithDeliveries>>,
  Is<Answer<Ours.VerifiedChallenge, Theirs.VerifiedChallenge>>,
  Is<Answer<Ours.Delivery, Theirs.Delivery>>,
  Is<Answer<Ours.ChallengeDelivery, Theirs.ChallengeDelivery>>,
  Is<Answer<Ours.PublicChallenge, Theirs.PublicChallenge>>,
  Is<Answer<Ours.VerifiedPublicChallenge, Theirs.VerifiedPublicChallenge>>,
  Is<Answer<Ours.Factor, Theirs.Factor>>,
  Is<Answer<Ours.NewFactor, Theirs.NewFactor>>,
  Is<Answer<Ours.FactorWithRecoveryCodes, Theirs.FactorWithRecoveryCodes>>,
  Is<Answer<Ours.CheckedFactor, Theirs.CheckedFactor>>,
  Is<Answer<{ data: Ours.Factor[]; next: string | null }, Theirs.Factors>>,
  Is<Answer<Ours.Message, Theirs.Message>>,
  Is<Answer<Ours.MessageWithDeliveries, Theirs.MessageWithDeliveries>>,
  Is<Answer<Ours.Problem, Theirs.Problem>>,
  Is<Answer<Ours.FieldProblem, Theirs.FieldProblem>>,
  Is<Answer<Jwk, Theirs.Jwk>>,
  Is<Answer<JwkSet, Theirs.JwkSet>>,
  Is<Same<Words<Ours.ChallengeStatus>, Theirs.KnownChallengeStatus>>,
  Is<Same<Words<Ours.DeliveryStatus>, Theirs.KnownDeliveryStatus>>,
  Is<Same<Words<Ours.Challenge["channel"]>, Theirs.KnownChannel>>,
  Is<Same<Ours.Channel | "none", Theirs.KnownChannel>>,
  Is<Same<Words<WebhookEvent["type"]>, Theirs.KnownEventType>>,
  // Any word of a later server fits.
  Is<Same<Ours.ChallengeStatus, Theirs.Challenge["status"]>>,
  Is<Same<Ours.DeliveryStatus, Theirs.Delivery["status"]>>,
  Is<Same<Ours.PublicChallenge["status"], string>>,
  Is<Same<Ours.Factor["status"], Theirs.Factor["status"]>>,
  Is<Same<Ours.CheckedFactor["channel"], Theirs.CheckedFactor["channel"]>>,
  Is<Same<Ours.Challenge["channel"], Theirs.Challenge["channel"]>>,
];
