// SPDX-License-Identifier: MIT

module github.com/otpmint/otpmint/clients/go

go 1.19
