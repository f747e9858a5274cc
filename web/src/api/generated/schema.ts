// Made by `cargo xtask gen` from the server's API document. Not for editing.

export interface paths {
    readonly "/api/v1/auth/confirm": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Confirm a registration
         * @description By the link that was mailed, with a password of one's own. It works once, for a day.
         */
        readonly post: operations["confirm_registration"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/auth/forgot-password": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Ask for a new password
         * @description Mails a link if somebody has this address. The answer is the same if nobody has.
         */
        readonly post: operations["request_password_reset"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/auth/invite": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Look at an invitation
         * @description What its link is to, before registering with it.
         */
        readonly post: operations["read_invitation_link"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/auth/login": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Sign in
         * @description With the user name or the e-mail address. A refusal doesn't say what was wrong.
         */
        readonly post: operations["create_session"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/auth/logout": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Sign out
         * @description Ends this session, and with it its connections.
         */
        readonly post: operations["end_session"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/auth/register": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Register
         * @description As the workspace's join policy allows: at once, or by a link that is mailed to the address.
         */
        readonly post: operations["register_user"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/auth/reset-password": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Set a new password by a link
         * @description The link works once, for an hour. All sessions end.
         */
        readonly post: operations["reset_password"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/csp-reports": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Report what the policy refused
         * @description Browsers do this by themselves. An address may send twenty at once and then one a second.
         */
        readonly post: operations["report_csp"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/directs": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Find or make a direct room
         * @description There is one direct room for each set of people.
         */
        readonly post: operations["start_direct"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/gateway": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Open the gateway
         * @description A WebSocket handshake (RFC 6455) with the subprotocol `parley.v1`; text frames of JSON follow. Signed in by the
         *     session's cookie, from our own pages only, or by an `Authorization: Bearer` header; no token counts in the address.
         */
        readonly get: operations["connect_gateway"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/invitations": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List invitations
         * @description Those that work, the newest first: one's own, or all for administrators.
         */
        readonly get: operations["list_invitations"];
        readonly put?: never;
        /**
         * Invite people
         * @description The link in the answer is not shown again.
         */
        readonly post: operations["create_invitation"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/invitations/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /**
         * Revoke an invitation
         * @description One's own, or anybody's for administrators.
         */
        readonly delete: operations["revoke_invitation"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/me": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Read one's own account */
        readonly get: operations["read_me"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        /**
         * Change one's own account
         * @description What is left out stays as it is. A new e-mail address needs the password.
         */
        readonly patch: operations["update_me"];
        readonly trace?: never;
    };
    readonly "/api/v1/me/password": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Change one's own password
         * @description All other sessions end.
         */
        readonly post: operations["change_password"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/me/sessions": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List one's own devices
         * @description The one used last first. There are never more than one page of them.
         */
        readonly get: operations["list_sessions"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/me/sessions/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /**
         * Sign a device out
         * @description Ends one of one's own sessions, and with it its connections.
         */
        readonly delete: operations["revoke_session"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/messages/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /**
         * Delete a message
         * @description One's own, or another's as a moderator. Its words go for good, its trace stays.
         */
        readonly delete: operations["delete_message"];
        readonly options?: never;
        readonly head?: never;
        /**
         * Edit a message
         * @description One's own only.
         */
        readonly patch: operations["edit_message"];
        readonly trace?: never;
    };
    readonly "/api/v1/rooms": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List rooms
         * @description The caller's rooms with how far they have read them, or the directory of public rooms, in order of name.
         */
        readonly get: operations["list_rooms"];
        readonly put?: never;
        /**
         * Make a room
         * @description Public or private. The maker is its owner.
         */
        readonly post: operations["create_room"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/rooms/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Read a room */
        readonly get: operations["read_room"];
        readonly put?: never;
        readonly post?: never;
        /**
         * Archive a room
         * @description Nothing can be written to it any more; its history stays.
         */
        readonly delete: operations["archive_room"];
        readonly options?: never;
        readonly head?: never;
        /**
         * Change a room
         * @description What is left out stays as it is.
         */
        readonly patch: operations["update_room"];
        readonly trace?: never;
    };
    readonly "/api/v1/rooms/{id}/members": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List a room's members */
        readonly get: operations["list_members"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/rooms/{id}/members/{user_id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /**
         * Join, add somebody, or change a role
         * @description With one's own id it joins; with another's it adds them. A member who is there keeps their role unless one is given.
         */
        readonly put: operations["put_member"];
        readonly post?: never;
        /** Leave, or remove somebody */
        readonly delete: operations["remove_member"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/rooms/{id}/messages": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read a room's history
         * @description In order of place (`ts`). Without a bound it is the newest page.
         */
        readonly get: operations["read_history"];
        readonly put?: never;
        /**
         * Post a message
         * @description The same `client_id` again answers with the first message, as it is now.
         */
        readonly post: operations["post_message"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/rooms/{id}/read": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /**
         * Move the read position
         * @description Never backwards unless `unread` is true, and never beyond the last message.
         */
        readonly put: operations["mark_read"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/setup": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Is the set-up needed?
         * @description And what somebody who isn't signed in may know of the workspace.
         */
        readonly get: operations["read_setup"];
        readonly put?: never;
        /**
         * Set the workspace up
         * @description With the secret that the server showed and wrote down at its first start. Makes the first owner, and signs them in.
         */
        readonly post: operations["set_up_workspace"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/users": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List people
         * @description In the order of their names; bots and people who left are marked. A guest sees those they share a room with.
         */
        readonly get: operations["list_users"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/users/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Read a user */
        readonly get: operations["read_user"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/workspace": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Read the workspace's settings */
        readonly get: operations["read_workspace"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        /**
         * Change the workspace's settings
         * @description For administrators. What is left out stays as it is.
         */
        readonly patch: operations["update_workspace"];
        readonly trace?: never;
    };
    readonly "/healthz": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Is it alive?
         * @description Answers as long as the process does; asks nothing of the database.
         */
        readonly get: operations["healthz"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/metrics": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * What it counted
         * @description In the text format of Prometheus, for an administrator; without sign-in on the address of `PARLEY_ADMIN_LISTEN`, if
         *     that is set, and then only there.
         */
        readonly get: operations["read_metrics"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/readyz": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Can it work?
         * @description Asks the database, so that a balancer sends requests elsewhere while it doesn't answer.
         */
        readonly get: operations["readyz"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A file that a message carries. */
        readonly Attachment: {
            /** @description The file's id. */
            readonly id: string;
            /** @description Its name. */
            readonly name: string;
            /**
             * Format: int64
             * @description Its size in bytes.
             */
            readonly size: number;
            /** @description Its media type, as sniffed. */
            readonly type: string;
        };
        /** @description A report in the form of `report-to`; several come as a list. */
        readonly BrowserReport: {
            /** @description What was refused. */
            readonly body: components["schemas"]["CspRefusal"];
            /** @description `csp-violation`; others are passed over. */
            readonly type: string;
        };
        readonly ClientId: string;
        /**
         * @description A stable error code of the API, with its HTTP status and a title for people.
         * @enum {string}
         */
        readonly Code: "malformed" | "unauthenticated" | "bad_credentials" | "forbidden" | "scope_missing" | "session_needed" | "cross_origin" | "bad_token" | "registration_closed" | "invitation_needed" | "already_set_up" | "not_found" | "method_not_allowed" | "room_archived" | "direct_room" | "last_owner" | "invalid" | "empty" | "too_short" | "too_long" | "bad_character" | "bad_format" | "weak_password" | "username_taken" | "email_taken" | "email_domain" | "unusable" | "body_too_large" | "unsupported_media_type" | "rate_limited" | "too_many" | "upgrade_required" | "unknown_op" | "internal" | "unavailable" | "unknown_outcome" | "timeout";
        /** @description The end of a registration that went through the mail. */
        readonly Confirmation: {
            /**
             * Format: password
             * @description The account's password: 10–128 characters.
             */
            readonly password: string;
            /** @description The secret of the link. */
            readonly token: string;
        };
        /** @description What a page wanted and the policy refused. */
        readonly CspRefusal: {
            /**
             * @description What was wanted: an address, or `inline` and the like.
             * @default null
             */
            readonly "blocked-uri": string | null;
            /**
             * @description The page.
             * @default null
             */
            readonly "document-uri": string | null;
            /**
             * @description The rule that refused it.
             * @default null
             */
            readonly "effective-directive": string | null;
            /**
             * Format: int64
             * @description Where in the script.
             * @default null
             */
            readonly "line-number": number | null;
            /**
             * @description The script that wanted it.
             * @default null
             */
            readonly "source-file": string | null;
        };
        /** @description A report in the form of `report-uri`. */
        readonly CspReport: {
            /** @description What was refused. */
            readonly "csp-report": components["schemas"]["CspRefusal"];
        };
        readonly DisplayName: string;
        /** @description What an operation did, by its name. */
        readonly Done: components["schemas"]["Synced"] | components["schemas"]["Message"] | components["schemas"]["ReadPosition"] | components["schemas"]["Watching"] | components["schemas"]["Nothing"];
        readonly Email: string;
        /**
         * Format: uuid
         * @description The life of a database: renewed when its history may have been rewound.
         * @example 0198c5a4-7c1e-7d2a-9a51-2f6f0c1d9e77
         */
        readonly Epoch: string;
        /** @description A durable event with its whole content. */
        readonly Event: {
            /** @description A message was posted. */
            readonly d: components["schemas"]["Message"];
            /** @enum {string} */
            readonly t: "message.created";
        } | {
            /** @description A message was edited. */
            readonly d: components["schemas"]["Message"];
            /** @enum {string} */
            readonly t: "message.updated";
        } | {
            /** @description A message was deleted. */
            readonly d: components["schemas"]["Message"];
            /** @enum {string} */
            readonly t: "message.deleted";
        } | {
            /** @description A reaction was set. */
            readonly d: components["schemas"]["ReactionChange"];
            /** @enum {string} */
            readonly t: "reaction.added";
        } | {
            /** @description A reaction was taken back. */
            readonly d: components["schemas"]["ReactionChange"];
            /** @enum {string} */
            readonly t: "reaction.removed";
        } | {
            /** @description Somebody is a member now. */
            readonly d: components["schemas"]["Member"];
            /** @enum {string} */
            readonly t: "member.joined";
        } | {
            /** @description Somebody is no member any more; the role is the one they had. */
            readonly d: components["schemas"]["Member"];
            /** @enum {string} */
            readonly t: "member.left";
        } | {
            /** @description A member's role changed. */
            readonly d: components["schemas"]["Member"];
            /** @enum {string} */
            readonly t: "member.updated";
        } | {
            /** @description The room's settings changed. */
            readonly d: components["schemas"]["Room"];
            /** @enum {string} */
            readonly t: "room.updated";
        } | {
            /** @description The room was archived. */
            readonly d: components["schemas"]["Room"];
            /** @enum {string} */
            readonly t: "room.archived";
        } | {
            /** @description The person is a member of a room now. */
            readonly d: components["schemas"]["RoomJoined"];
            /** @enum {string} */
            readonly t: "room.joined";
        } | {
            /** @description The person is no member of a room any more. */
            readonly d: components["schemas"]["RoomLeft"];
            /** @enum {string} */
            readonly t: "room.left";
        } | {
            /** @description The person's read position in a room moved. */
            readonly d: components["schemas"]["ReadUpdated"];
            /** @enum {string} */
            readonly t: "read.updated";
        } | {
            /** @description A session of the person ended before its time. */
            readonly d: components["schemas"]["SessionRevoked"];
            /** @enum {string} */
            readonly t: "session.revoked";
        } | {
            /** @description Somebody new is here. */
            readonly d: components["schemas"]["User"];
            /** @enum {string} */
            readonly t: "user.created";
        } | {
            /** @description Somebody's account changed. */
            readonly d: components["schemas"]["User"];
            /** @enum {string} */
            readonly t: "user.updated";
        } | {
            /** @description There is a new public room. */
            readonly d: components["schemas"]["Room"];
            /** @enum {string} */
            readonly t: "room.created";
        } | {
            /** @description The workspace's settings changed. */
            readonly d: components["schemas"]["Workspace"];
            /** @enum {string} */
            readonly t: "settings.updated";
        };
        /** @description A durable event in its stream. */
        readonly EventFrame: components["schemas"]["Event"] & {
            /**
             * Format: int64
             * @description Its number there.
             */
            readonly n: number;
            /** @description The stream. */
            readonly s: components["schemas"]["StreamId"];
        };
        /** @description Why an input is not allowed. */
        readonly FieldError: {
            /** @description What is wrong with it. */
            readonly code: components["schemas"]["Code"];
            /** @description The same in words. */
            readonly detail: string;
            /** @description The field, as it stands in the request. */
            readonly field: string;
        };
        /** @description Who forgot their password. */
        readonly ForgottenPassword: {
            /**
             * @description The e-mail address of the account.
             * @example ana@example.org
             */
            readonly email: string;
        };
        /** @description That a server is as it should be. */
        readonly Health: {
            /**
             * @description Always `ok`; a server that isn't answers with a problem.
             * @example ok
             */
            readonly status: string;
        };
        /** @description What the server says first. */
        readonly Hello: {
            /** @description The life of the database; with another one a client drops its cache. */
            readonly epoch: components["schemas"]["Epoch"];
            /** @description The last event's number of each of the caller's streams. */
            readonly heads: {
                readonly [key: string]: number;
            };
            /**
             * Format: int64
             * @description How long a connection may be quiet before it is pinged.
             */
            readonly heartbeat_ms: number;
            /** @description By which session. */
            readonly session: components["schemas"]["SessionId"];
            /** @description Who is signed in. */
            readonly user: components["schemas"]["UserId"];
            /** @description The server's version. */
            readonly version: string;
        };
        /**
         * @description How much a new member sees of what was said before.
         * @enum {string}
         */
        readonly History: "all" | "since_join";
        /** @description A page of a room's history. */
        readonly HistoryPage: {
            /** @description Whether there are messages after the last one. */
            readonly has_after: boolean;
            /** @description Whether there are messages before the first one. */
            readonly has_before: boolean;
            /**
             * Format: int64
             * @description The last event's number in the room's stream, from the same snapshot.
             */
            readonly head: number;
            /** @description The messages, in order of place. */
            readonly items: readonly components["schemas"]["Message"][];
        };
        /** @description A link by which people may register. The link itself is shown once, to its maker. */
        readonly Invitation: {
            /** @description When. */
            readonly created_at: components["schemas"]["Timestamp"];
            /** @description Who made it. */
            readonly created_by: components["schemas"]["UserId"];
            /** @description When it ends by itself. */
            readonly expires_at: components["schemas"]["Timestamp"];
            /** @description The id. */
            readonly id: components["schemas"]["InvitationId"];
            /**
             * Format: int64
             * @description How many people may use it, if that is limited.
             */
            readonly max_uses: number | null;
            /**
             * Format: int64
             * @description How many have.
             */
            readonly uses: number;
        };
        /**
         * Format: uuid
         * @description A link by which people may register.
         * @example 0198c5a4-7c1e-7d2a-9a51-2f6f0c1d9e77
         */
        readonly InvitationId: string;
        /** @description An invitation with its link, which nobody is shown again. */
        readonly InvitationLink: components["schemas"]["Invitation"] & {
            /**
             * @description The link to give to people.
             * @example https://chat.example.org/invite#token=pinv_…
             */
            readonly url: string;
        };
        /** @description What somebody who follows an invitation's link is told. */
        readonly Invited: {
            readonly invited_by: components["schemas"]["DisplayName"] | null;
            /** @description Who else may register. */
            readonly join_policy: components["schemas"]["JoinPolicy"];
            /** @description The workspace's name. */
            readonly workspace: components["schemas"]["WorkspaceName"];
        };
        /**
         * @description Who may register.
         * @enum {string}
         */
        readonly JoinPolicy: "open" | "invite" | "domain" | "closed";
        /** @description The secret of a link. */
        readonly LinkToken: {
            /** @description What stands behind `#token=` in the link. */
            readonly token: string;
        };
        /** @description What somebody types to sign in. */
        readonly Login: {
            /**
             * @description The user name or the e-mail address, in any case.
             * @example ana
             */
            readonly login: string;
            /**
             * Format: password
             * @description The password.
             */
            readonly password: string;
        };
        /** @description The caller's own account. */
        readonly Me: components["schemas"]["User"] & {
            /** @description The e-mail address. */
            readonly email: components["schemas"]["Email"];
            /** @description The session that asks. */
            readonly session: components["schemas"]["SessionId"];
        };
        /** @description What is to change of one's own account; what is left out stays. */
        readonly MeChange: {
            /**
             * Format: password
             * @description The password, as proof that it is the account's owner.
             */
            readonly current_password?: string | null;
            /** @description The name that people see. */
            readonly display_name?: string | null;
            /** @description A new e-mail address; needs `current_password`. */
            readonly email?: string | null;
            /** @description An IANA name, such as `Europe/Lisbon`; null for none. */
            readonly time_zone?: string | null;
        };
        /** @description A user in a room. */
        readonly Member: {
            /** @description Their role in the room. */
            readonly role: components["schemas"]["RoomRole"];
            /** @description The user. */
            readonly user: components["schemas"]["UserId"];
        };
        /** @description How somebody is to be a member. */
        readonly MemberChange: {
            /** @description `member` or `owner`; left out: the role that they have, or `member`. */
            readonly role?: string | null;
        };
        /** @description A mention in a message's text. */
        readonly Mention: {
            /**
             * Format: int32
             * @description How long it is, in characters, with the `@`.
             */
            readonly len: number;
            /**
             * Format: int32
             * @description Where it starts in the text, in characters.
             */
            readonly start: number;
            /** @description Who is meant. */
            readonly user: components["schemas"]["UserId"];
        };
        /** @description A message. */
        readonly Message: {
            /** @description Files. */
            readonly attachments: readonly components["schemas"]["Attachment"][];
            /** @description Who wrote it. */
            readonly author: components["schemas"]["UserId"];
            /** @description Markdown as written; empty when deleted and for system messages. */
            readonly body: string;
            readonly client_id: components["schemas"]["ClientId"] | null;
            /** @description When it was written, by the wall clock. */
            readonly created_at: components["schemas"]["Timestamp"];
            readonly deleted_at: components["schemas"]["Timestamp"] | null;
            readonly edited_at: components["schemas"]["Timestamp"] | null;
            /** @description The id. */
            readonly id: components["schemas"]["MessageId"];
            /** @description Words or a happening. */
            readonly kind: components["schemas"]["MessageKind"];
            /** @description Who is meant, in order of place. */
            readonly mentions: readonly components["schemas"]["Mention"][];
            /**
             * Format: int64
             * @description The number of the event that created it; never changes.
             */
            readonly n: number;
            /** @description Pages it links to. */
            readonly previews: readonly components["schemas"]["Preview"][];
            /** @description Reactions, the oldest first. */
            readonly reactions: readonly components["schemas"]["Reaction"][];
            /**
             * Format: int64
             * @description How many replies it has as a root.
             */
            readonly reply_count: number;
            /** @description Its room. */
            readonly room: components["schemas"]["RoomId"];
            readonly system: components["schemas"]["System"] | null;
            readonly thread: components["schemas"]["MessageId"] | null;
            /** @description Its place in the room. */
            readonly ts: components["schemas"]["Ts"];
        };
        /** @description New words for a message. */
        readonly MessageChange: {
            /** @description Markdown, 1–40,000 characters. */
            readonly body: string;
        };
        /**
         * Format: uuid
         * @description A message in a room.
         * @example 0198c5a4-7c1e-7d2a-9a51-2f6f0c1d9e77
         */
        readonly MessageId: string;
        /**
         * @description What a message is.
         * @enum {string}
         */
        readonly MessageKind: "message" | "system";
        /** @description With whom to talk. */
        readonly NewDirect: {
            /** @description The others; with the caller at most 10 people. */
            readonly users: readonly components["schemas"]["UserId"][];
        };
        /** @description How an invitation is to be. */
        readonly NewInvitation: {
            /**
             * Format: int64
             * @description For how many days it works; left out: 7.
             */
            readonly expires_in_days?: number | null;
            /**
             * Format: int64
             * @description How many people may use it; left out: any number.
             */
            readonly max_uses?: number | null;
        };
        /** @description A message as somebody sends it. */
        readonly NewMessage: {
            /** @description Whether the room's history shows a reply too. */
            readonly also_to_room?: boolean | null;
            /** @description Ids of files. */
            readonly attachments?: readonly string[];
            /**
             * @description Markdown, 1–40,000 characters.
             * @example Hello **everyone**
             */
            readonly body: string;
            /** @description The client's id for it, 1–64 characters: the same again answers with the first message. */
            readonly client_id: string;
            readonly thread?: components["schemas"]["MessageId"] | null;
        };
        /** @description A room as somebody asks for it. */
        readonly NewRoom: {
            /**
             * @description `public` or `private`.
             * @example public
             */
            readonly kind: string;
            /** @description Users who are members from the start. */
            readonly members?: readonly components["schemas"]["UserId"][];
            /** @description 1–80 characters on one line. */
            readonly name: string;
            /** @description Up to 250 characters on one line. */
            readonly topic?: string | null;
        };
        /** @description `{}`. */
        readonly Nothing: Record<string, never>;
        /** @description A number that the log no longer holds, or that the reader mustn't see. */
        readonly Numbered: {
            /**
             * Format: int64
             * @description The number.
             */
            readonly n: number;
            /** @description The stream. */
            readonly s: components["schemas"]["StreamId"];
        };
        /** @description An operation as a client sends it. */
        readonly Operation: {
            /** @description Catch up and go live. */
            readonly d: components["schemas"]["Sync"];
            /** @enum {string} */
            readonly op: "sync";
        } | {
            /** @description Post a message. */
            readonly d: components["schemas"]["Send"];
            /** @enum {string} */
            readonly op: "send";
        } | {
            /** @description Tell that one is writing. */
            readonly d: components["schemas"]["Typing"];
            /** @enum {string} */
            readonly op: "typing";
        } | {
            /** @description Move the read position. */
            readonly d: components["schemas"]["Read"];
            /** @enum {string} */
            readonly op: "read";
        } | {
            /** @description Tell how the device is used. */
            readonly d: components["schemas"]["Presence"];
            /** @enum {string} */
            readonly op: "presence";
        } | {
            /** @description Ask for the presence of people. */
            readonly d: components["schemas"]["PresenceWatch"];
            /** @enum {string} */
            readonly op: "presence.watch";
        } | {
            /** @description Follow a public room. */
            readonly d: components["schemas"]["Watch"];
            /** @enum {string} */
            readonly op: "watch";
        } | {
            /** @description Follow it no longer. */
            readonly d: components["schemas"]["Watch"];
            /** @enum {string} */
            readonly op: "unwatch";
        } | {
            /** @enum {string} */
            readonly op: "ping";
        };
        /** @description A frame that is not an event of a stream. */
        readonly OtherFrame: {
            /** @description Its content. */
            readonly d: components["schemas"]["Hello"];
            /** @enum {string} */
            readonly t: "hello";
        } | (components["schemas"]["Numbered"] & {
            /** @enum {string} */
            readonly t: "skip";
        }) | {
            /** @description What it did. */
            readonly d: components["schemas"]["Done"];
            /** @description The operation's id. */
            readonly re: string;
            /** @enum {string} */
            readonly t: "ok";
        } | {
            /** @description Why. */
            readonly d: components["schemas"]["Problem"];
            /** @description The operation's id. */
            readonly re?: string;
            /** @enum {string} */
            readonly t: "error";
        } | {
            /** @description Who. */
            readonly d: components["schemas"]["TypingBy"];
            /** @description The room's stream. */
            readonly s: components["schemas"]["StreamId"];
            /** @enum {string} */
            readonly t: "typing";
        } | {
            /** @description Who, and to what. */
            readonly d: readonly components["schemas"]["PresenceChange"][];
            /** @enum {string} */
            readonly t: "presence";
        } | {
            /** @description When to come back. */
            readonly d: components["schemas"]["Reconnect"];
            /** @enum {string} */
            readonly t: "reconnect";
        };
        /** @description One page of a list. */
        readonly Page_Invitation: {
            /** @description The last event's number of each stream that the items were read from. */
            readonly heads: {
                readonly [key: string]: number;
            };
            /** @description The items. */
            readonly items: readonly {
                /** @description When. */
                readonly created_at: components["schemas"]["Timestamp"];
                /** @description Who made it. */
                readonly created_by: components["schemas"]["UserId"];
                /** @description When it ends by itself. */
                readonly expires_at: components["schemas"]["Timestamp"];
                /** @description The id. */
                readonly id: components["schemas"]["InvitationId"];
                /**
                 * Format: int64
                 * @description How many people may use it, if that is limited.
                 */
                readonly max_uses: number | null;
                /**
                 * Format: int64
                 * @description How many have.
                 */
                readonly uses: number;
            }[];
            /** @description What to send as `cursor` for the next page; null on the last. */
            readonly next_cursor: string | null;
        };
        /** @description One page of a list. */
        readonly Page_Member: {
            /** @description The last event's number of each stream that the items were read from. */
            readonly heads: {
                readonly [key: string]: number;
            };
            /** @description The items. */
            readonly items: readonly {
                /** @description Their role in the room. */
                readonly role: components["schemas"]["RoomRole"];
                /** @description The user. */
                readonly user: components["schemas"]["UserId"];
            }[];
            /** @description What to send as `cursor` for the next page; null on the last. */
            readonly next_cursor: string | null;
        };
        /** @description One page of a list. */
        readonly Page_RoomView: {
            /** @description The last event's number of each stream that the items were read from. */
            readonly heads: {
                readonly [key: string]: number;
            };
            /** @description The items. */
            readonly items: readonly (components["schemas"]["Room"] & {
                /**
                 * Format: int64
                 * @description The last event's number in the room's stream.
                 */
                readonly head: number;
                /** @description When the caller joined; there if they are a member. */
                readonly joined_at?: components["schemas"]["Timestamp"];
                /** @description The place of its last message. */
                readonly last_ts: components["schemas"]["Ts"];
                /**
                 * Format: int64
                 * @description Of these, the ones that mention the caller, at most 1,000; there if they are a member.
                 */
                readonly mentions?: number;
                /** @description The place up to which the caller has read; there if they are a member. */
                readonly read_ts?: components["schemas"]["Ts"];
                /** @description The caller's own part; there if they are a member. */
                readonly role?: components["schemas"]["RoomRole"];
                /**
                 * Format: int64
                 * @description Messages after it that count, at most 1,000; there if they are a member.
                 */
                readonly unread?: number;
            })[];
            /** @description What to send as `cursor` for the next page; null on the last. */
            readonly next_cursor: string | null;
        };
        /** @description One page of a list. */
        readonly Page_Session: {
            /** @description The last event's number of each stream that the items were read from. */
            readonly heads: {
                readonly [key: string]: number;
            };
            /** @description The items. */
            readonly items: readonly {
                /** @description The address it was last seen at. */
                readonly address: string;
                /** @description When it signed in. */
                readonly created_at: components["schemas"]["Timestamp"];
                /** @description Whether it is the one that asks. */
                readonly current: boolean;
                /** @description What the device called itself (`User-Agent`), shortened. */
                readonly device: string;
                /** @description When it ends by itself. */
                readonly expires_at: components["schemas"]["Timestamp"];
                /** @description The id. */
                readonly id: components["schemas"]["SessionId"];
                /** @description When it was last used, to the minute. */
                readonly last_seen_at: components["schemas"]["Timestamp"];
            }[];
            /** @description What to send as `cursor` for the next page; null on the last. */
            readonly next_cursor: string | null;
        };
        /** @description One page of a list. */
        readonly Page_User: {
            /** @description The last event's number of each stream that the items were read from. */
            readonly heads: {
                readonly [key: string]: number;
            };
            /** @description The items. */
            readonly items: readonly {
                /** @description When they came. */
                readonly created_at: components["schemas"]["Timestamp"];
                readonly deactivated_at: components["schemas"]["Timestamp"] | null;
                /** @description The name that people see. */
                readonly display_name: components["schemas"]["DisplayName"];
                /** @description The id. */
                readonly id: components["schemas"]["UserId"];
                /** @description Person or bot. */
                readonly kind: components["schemas"]["UserKind"];
                /** @description The role in the workspace. */
                readonly role: components["schemas"]["Role"];
                /** @description The IANA name of the time zone, if the user gave one. */
                readonly time_zone: string | null;
                /** @description The unique name. */
                readonly username: components["schemas"]["Username"];
            }[];
            /** @description What to send as `cursor` for the next page; null on the last. */
            readonly next_cursor: string | null;
        };
        /** @description A new password from somebody who knows the current one. */
        readonly PasswordChange: {
            /**
             * Format: password
             * @description The current password.
             */
            readonly current: string;
            /**
             * Format: password
             * @description The new one: 10–128 characters.
             */
            readonly password: string;
        };
        /** @description A new password from somebody who followed a link. */
        readonly PasswordReset: {
            /**
             * Format: password
             * @description The new password: 10–128 characters.
             */
            readonly password: string;
            /** @description The secret of the link. */
            readonly token: string;
        };
        /** @description `presence`: how this device is used. */
        readonly Presence: {
            /** @description The status. */
            readonly status: components["schemas"]["PresenceStatus"];
        };
        /** @description Somebody's presence changed. */
        readonly PresenceChange: {
            /** @description What it is now. */
            readonly status: components["schemas"]["PresenceStatus"];
            /** @description Who. */
            readonly user: components["schemas"]["UserId"];
        };
        /**
         * @description What others see of a person's attention; never stored.
         * @enum {string}
         */
        readonly PresenceStatus: "active" | "away" | "dnd" | "offline";
        /** @description `presence.watch`: whose presence this connection wants to know, instead of those before. */
        readonly PresenceWatch: {
            /** @description At most 200 users. */
            readonly users: readonly string[];
        };
        /** @description A page that a message links to. */
        readonly Preview: {
            /** @description Its title. */
            readonly title: string;
            /** @description Its address. */
            readonly url: string;
        };
        /** @description A problem as it travels: the body of an HTTP error and the `d` of a gateway `error`. */
        readonly Problem: {
            /** @description The stable code that clients decide by. */
            readonly code: components["schemas"]["Code"];
            /** @description What is special about this occurrence. */
            readonly detail?: string;
            /** @description Which inputs are wrong, and why; there for input errors only. */
            readonly errors?: readonly components["schemas"]["FieldError"][];
            /** @description The request's id, by which the log knows it. */
            readonly request_id?: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            readonly status: number;
            /** @description A short, fixed text for people. */
            readonly title: string;
            /**
             * Format: uri-reference
             * @description Where the code is explained.
             * @example /api/docs#problem-invalid
             */
            readonly type: string;
        };
        /** @description One emoji on a message, with who set it. */
        readonly Reaction: {
            /**
             * Format: int64
             * @description How many set it.
             */
            readonly count: number;
            /** @description The emoji. */
            readonly emoji: string;
            /** @description Who set it, the first ones. */
            readonly users: readonly components["schemas"]["UserId"][];
        };
        /** @description A reaction that was set or taken back. */
        readonly ReactionChange: {
            /** @description The emoji. */
            readonly emoji: string;
            /** @description The message. */
            readonly message: components["schemas"]["MessageId"];
            /** @description Who did it. */
            readonly user: components["schemas"]["UserId"];
        };
        /** @description `read`: the caller has read a room up to here. */
        readonly Read: {
            /** @description The room. */
            readonly room: string;
            /** @description The place of the last message that was read. */
            readonly ts: components["schemas"]["Ts"];
        };
        /** @description Where a read position is to move. */
        readonly ReadMove: {
            /** @description The place of the last message that was read. */
            readonly ts: components["schemas"]["Ts"];
            /** @description Whether it may move backwards: "mark as unread". */
            readonly unread?: boolean;
        };
        /** @description How far a user has read a room. */
        readonly ReadPosition: {
            /**
             * Format: int64
             * @description Of these, the ones that mention the user, at most 1,000.
             */
            readonly mentions: number;
            /** @description The place up to which the user has read. */
            readonly read_ts: components["schemas"]["Ts"];
            /**
             * Format: int64
             * @description Messages after it that count, at most 1,000.
             */
            readonly unread: number;
        };
        /** @description How far the person has read a room. */
        readonly ReadUpdated: {
            /**
             * Format: int64
             * @description Of these, the ones that mention them, at most 1,000.
             */
            readonly mentions: number;
            /** @description The place up to which they have read. */
            readonly read_ts: components["schemas"]["Ts"];
            /** @description The room. */
            readonly room: components["schemas"]["RoomId"];
            /**
             * Format: int64
             * @description Messages after it that count, at most 1,000.
             */
            readonly unread: number;
        };
        /** @description The server goes down: connect again, not at once. */
        readonly Reconnect: {
            /**
             * Format: int64
             * @description How long to wait.
             */
            readonly after_ms: number;
        };
        /** @description What somebody gives who registers. */
        readonly Register: {
            /** @description The name that people see; without it, the user name. */
            readonly display_name?: string | null;
            /**
             * @description The e-mail address.
             * @example ana@example.org
             */
            readonly email: string;
            /** @description The secret of an invitation's link. */
            readonly invite?: string | null;
            /**
             * Format: password
             * @description 10–128 characters. Where a link is mailed first it is of no use, and may be left out: whoever follows the link
             *     sets the password.
             */
            readonly password?: string | null;
            /**
             * @description 2–32 of `a–z`, digits, `.`, `_`, `-`; in any case.
             * @example ana
             */
            readonly username: string;
        };
        /**
         * @description A user's role in the workspace, the strongest last.
         * @enum {string}
         */
        readonly Role: "guest" | "member" | "administrator" | "owner";
        /** @description A room as everyone who may see it sees it. */
        readonly Room: {
            readonly archived_at: components["schemas"]["Timestamp"] | null;
            /** @description When it was made. */
            readonly created_at: components["schemas"]["Timestamp"];
            /** @description How much new members see. */
            readonly history: components["schemas"]["History"];
            /** @description The id. */
            readonly id: components["schemas"]["RoomId"];
            /** @description Public, private or direct. */
            readonly kind: components["schemas"]["RoomKind"];
            /**
             * Format: int64
             * @description How many members it has.
             */
            readonly members: number;
            readonly name: components["schemas"]["RoomName"] | null;
            /** @description What it is about. */
            readonly topic: components["schemas"]["Topic"];
            /** @description The people of a direct room; empty for others. */
            readonly users: readonly components["schemas"]["UserId"][];
            /** @description Who may add people. */
            readonly who_invites: components["schemas"]["RoomPolicy"];
            /** @description Who may post. */
            readonly who_posts: components["schemas"]["RoomPolicy"];
        };
        /** @description What is to change of a room; what is left out stays. */
        readonly RoomChange: {
            /** @description `all` or `since_join`. */
            readonly history?: string | null;
            /** @description 1–80 characters on one line. */
            readonly name?: string | null;
            /** @description Up to 250 characters on one line. */
            readonly topic?: string | null;
            /** @description `members` or `owners`. */
            readonly who_invites?: string | null;
            /** @description `members` or `owners`. */
            readonly who_posts?: string | null;
        };
        /**
         * Format: uuid
         * @description A room: public, private or direct.
         * @example 0198c5a4-7c1e-7d2a-9a51-2f6f0c1d9e77
         */
        readonly RoomId: string;
        /** @description A room that the person is now a member of. */
        readonly RoomJoined: {
            /**
             * Format: int64
             * @description The number after which its live events follow.
             */
            readonly head: number;
            /** @description The room. */
            readonly room: components["schemas"]["RoomId"];
        };
        /**
         * @description What a room is.
         * @enum {string}
         */
        readonly RoomKind: "public" | "private" | "direct";
        /** @description A room that the person is no longer a member of. */
        readonly RoomLeft: {
            /** @description The room. */
            readonly room: components["schemas"]["RoomId"];
        };
        readonly RoomName: string;
        /**
         * @description Who of a room may do something.
         * @enum {string}
         */
        readonly RoomPolicy: "members" | "owners";
        /**
         * @description A member's role in a room, the strongest last.
         * @enum {string}
         */
        readonly RoomRole: "member" | "owner";
        /** @description A room as one person sees it: what everyone sees, and where they stand in it if they are a member. */
        readonly RoomView: components["schemas"]["Room"] & {
            /**
             * Format: int64
             * @description The last event's number in the room's stream.
             */
            readonly head: number;
            /** @description When the caller joined; there if they are a member. */
            readonly joined_at?: components["schemas"]["Timestamp"];
            /** @description The place of its last message. */
            readonly last_ts: components["schemas"]["Ts"];
            /**
             * Format: int64
             * @description Of these, the ones that mention the caller, at most 1,000; there if they are a member.
             */
            readonly mentions?: number;
            /** @description The place up to which the caller has read; there if they are a member. */
            readonly read_ts?: components["schemas"]["Ts"];
            /** @description The caller's own part; there if they are a member. */
            readonly role?: components["schemas"]["RoomRole"];
            /**
             * Format: int64
             * @description Messages after it that count, at most 1,000; there if they are a member.
             */
            readonly unread?: number;
        };
        /** @description `send`: post a message. The answer is the message. */
        readonly Send: {
            /** @description Ids of files. */
            readonly attachments?: readonly string[];
            /** @description Markdown. */
            readonly body: string;
            /** @description The client's id for it, so that sending again is safe. */
            readonly client_id: string;
            /** @description The room. */
            readonly room: string;
            /** @description The root to reply to. */
            readonly thread?: string | null;
        };
        /** @description A frame as the server sends it. */
        readonly ServerFrame: components["schemas"]["EventFrame"] | components["schemas"]["OtherFrame"];
        /** @description One signed-in device. */
        readonly Session: {
            /** @description The address it was last seen at. */
            readonly address: string;
            /** @description When it signed in. */
            readonly created_at: components["schemas"]["Timestamp"];
            /** @description Whether it is the one that asks. */
            readonly current: boolean;
            /** @description What the device called itself (`User-Agent`), shortened. */
            readonly device: string;
            /** @description When it ends by itself. */
            readonly expires_at: components["schemas"]["Timestamp"];
            /** @description The id. */
            readonly id: components["schemas"]["SessionId"];
            /** @description When it was last used, to the minute. */
            readonly last_seen_at: components["schemas"]["Timestamp"];
        };
        /**
         * Format: uuid
         * @description One signed-in device of a user.
         * @example 0198c5a4-7c1e-7d2a-9a51-2f6f0c1d9e77
         */
        readonly SessionId: string;
        /** @description A session that ended before its time. */
        readonly SessionRevoked: {
            /** @description The session. */
            readonly session: components["schemas"]["SessionId"];
        };
        /** @description The first owner's account, and the workspace's first settings. */
        readonly Setup: {
            /** @description The name that people see; without it, the user name. */
            readonly display_name?: string | null;
            /**
             * @description The e-mail address.
             * @example ana@example.org
             */
            readonly email: string;
            /**
             * @description Who may register: `open`, `invite`, `domain` or `closed`.
             * @example invite
             */
            readonly join_policy: string;
            /**
             * Format: password
             * @description 10–128 characters.
             */
            readonly password: string;
            /** @description The secret that the server wrote down at its first start. */
            readonly token: string;
            /**
             * @description 2–32 of `a–z`, digits, `.`, `_`, `-`; in any case.
             * @example ana
             */
            readonly username: string;
            /**
             * @description The workspace's name: 1–80 characters on one line.
             * @example Tulip growers
             */
            readonly workspace: string;
        };
        /** @description Whether the workspace has to be set up, and what somebody sees of it who isn't signed in. */
        readonly SetupState: {
            readonly join_policy: components["schemas"]["JoinPolicy"] | null;
            /** @description Whether nobody owns it yet. */
            readonly needed: boolean;
            readonly workspace: components["schemas"]["WorkspaceName"] | null;
        };
        /** @description Somebody who just signed in. The same secret is in the answer's cookie. */
        readonly SignedIn: {
            /**
             * @description The new session's secret, for programs: `Authorization: Bearer …`.
             * @example pses_…
             */
            readonly token: string;
            /** @description The user. */
            readonly user: components["schemas"]["Me"];
        };
        readonly StreamId: string;
        /** @description `sync`: what the client has already. */
        readonly Sync: {
            /** @description The last number that it has of each stream; a stream left out goes on from hello's head. */
            readonly cursors?: {
                readonly [key: string]: number;
            };
            readonly epoch?: components["schemas"]["Epoch"] | null;
        };
        /** @description The answer to `sync`, when every stream has caught up. */
        readonly Synced: {
            /** @description Streams that may not be read, are unknown or malformed. */
            readonly gone: readonly string[];
            /** @description Streams to load afresh, each with the number after which its live events follow. */
            readonly reset: {
                readonly [key: string]: number;
            };
        };
        /** @description The content of a system message. */
        readonly System: {
            /** @description Who did it. */
            readonly actor: components["schemas"]["UserId"];
            /** @description What happened. */
            readonly type: components["schemas"]["SystemType"];
            /** @description Whom it concerns. */
            readonly users: readonly components["schemas"]["UserId"][];
            /** @description Texts that belong to it, such as a new name. */
            readonly values: readonly string[];
        };
        /**
         * @description What a system message tells.
         * @enum {string}
         */
        readonly SystemType: "room_created" | "joined" | "added" | "left" | "removed" | "renamed" | "topic_changed" | "archived";
        /**
         * Format: date-time
         * @description A moment: integer microseconds since the Unix epoch; RFC 3339 UTC with microseconds on the wire.
         * @example 2026-01-31T08:15:00.000000Z
         */
        readonly Timestamp: string;
        readonly Topic: string;
        /**
         * Format: int64
         * @description A message's place in its room: integer microseconds, unique and strictly increasing in the room. For order only.
         * @example 1769847300000000
         */
        readonly Ts: number;
        /** @description `typing`: the caller is writing. */
        readonly Typing: {
            /** @description The room. */
            readonly room: string;
        };
        /** @description Somebody is writing in the stream's room. */
        readonly TypingBy: {
            /** @description Who. */
            readonly user: components["schemas"]["UserId"];
        };
        /** @description A user as everyone may see them. */
        readonly User: {
            /** @description When they came. */
            readonly created_at: components["schemas"]["Timestamp"];
            readonly deactivated_at: components["schemas"]["Timestamp"] | null;
            /** @description The name that people see. */
            readonly display_name: components["schemas"]["DisplayName"];
            /** @description The id. */
            readonly id: components["schemas"]["UserId"];
            /** @description Person or bot. */
            readonly kind: components["schemas"]["UserKind"];
            /** @description The role in the workspace. */
            readonly role: components["schemas"]["Role"];
            /** @description The IANA name of the time zone, if the user gave one. */
            readonly time_zone: string | null;
            /** @description The unique name. */
            readonly username: components["schemas"]["Username"];
        };
        /**
         * Format: uuid
         * @description A person or a bot.
         * @example 0198c5a4-7c1e-7d2a-9a51-2f6f0c1d9e77
         */
        readonly UserId: string;
        /**
         * @description What a user is.
         * @enum {string}
         */
        readonly UserKind: "person" | "bot";
        readonly Username: string;
        /** @description `watch`, `unwatch`: a stream of a public room that one is no member of. */
        readonly Watch: {
            /** @description The stream. */
            readonly stream: string;
        };
        /** @description The answer to `watch`. */
        readonly Watching: {
            /**
             * Format: int64
             * @description The number after which the stream's live events follow.
             */
            readonly head: number;
        };
        /** @description What clients need to know of the workspace. */
        readonly Workspace: {
            /** @description The life of the database; a client that meets another drops its cache. */
            readonly epoch: components["schemas"]["Epoch"];
            /** @description Who may register. */
            readonly join_policy: components["schemas"]["JoinPolicy"];
            /** @description E-mail domains whose owners may register, for [`JoinPolicy::Domain`]. */
            readonly mail_domains: readonly string[];
            /** @description Its name. */
            readonly name: components["schemas"]["WorkspaceName"];
        };
        /** @description What is to change of the workspace; what is left out stays. */
        readonly WorkspaceChange: {
            /** @description `open`, `invite`, `domain` or `closed`. */
            readonly join_policy?: string | null;
            /** @description E-mail domains whose owners may register, for the policy `domain`. */
            readonly mail_domains?: readonly string[] | null;
            /** @description 1–80 characters on one line. */
            readonly name?: string | null;
        };
        readonly WorkspaceName: string;
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type Attachment = components['schemas']['Attachment'];
export type BrowserReport = components['schemas']['BrowserReport'];
export type ClientId = components['schemas']['ClientId'];
export type Code = components['schemas']['Code'];
export type Confirmation = components['schemas']['Confirmation'];
export type CspRefusal = components['schemas']['CspRefusal'];
export type CspReport = components['schemas']['CspReport'];
export type DisplayName = components['schemas']['DisplayName'];
export type Done = components['schemas']['Done'];
export type Email = components['schemas']['Email'];
export type Epoch = components['schemas']['Epoch'];
export type Event = components['schemas']['Event'];
export type EventFrame = components['schemas']['EventFrame'];
export type FieldError = components['schemas']['FieldError'];
export type ForgottenPassword = components['schemas']['ForgottenPassword'];
export type Health = components['schemas']['Health'];
export type Hello = components['schemas']['Hello'];
export type History = components['schemas']['History'];
export type HistoryPage = components['schemas']['HistoryPage'];
export type Invitation = components['schemas']['Invitation'];
export type InvitationId = components['schemas']['InvitationId'];
export type InvitationLink = components['schemas']['InvitationLink'];
export type Invited = components['schemas']['Invited'];
export type JoinPolicy = components['schemas']['JoinPolicy'];
export type LinkToken = components['schemas']['LinkToken'];
export type Login = components['schemas']['Login'];
export type Me = components['schemas']['Me'];
export type MeChange = components['schemas']['MeChange'];
export type Member = components['schemas']['Member'];
export type MemberChange = components['schemas']['MemberChange'];
export type Mention = components['schemas']['Mention'];
export type Message = components['schemas']['Message'];
export type MessageChange = components['schemas']['MessageChange'];
export type MessageId = components['schemas']['MessageId'];
export type MessageKind = components['schemas']['MessageKind'];
export type NewDirect = components['schemas']['NewDirect'];
export type NewInvitation = components['schemas']['NewInvitation'];
export type NewMessage = components['schemas']['NewMessage'];
export type NewRoom = components['schemas']['NewRoom'];
export type Nothing = components['schemas']['Nothing'];
export type Numbered = components['schemas']['Numbered'];
export type Operation = components['schemas']['Operation'];
export type OtherFrame = components['schemas']['OtherFrame'];
export type PageInvitation = components['schemas']['Page_Invitation'];
export type PageMember = components['schemas']['Page_Member'];
export type PageRoomView = components['schemas']['Page_RoomView'];
export type PageSession = components['schemas']['Page_Session'];
export type PageUser = components['schemas']['Page_User'];
export type PasswordChange = components['schemas']['PasswordChange'];
export type PasswordReset = components['schemas']['PasswordReset'];
export type Presence = components['schemas']['Presence'];
export type PresenceChange = components['schemas']['PresenceChange'];
export type PresenceStatus = components['schemas']['PresenceStatus'];
export type PresenceWatch = components['schemas']['PresenceWatch'];
export type Preview = components['schemas']['Preview'];
export type Problem = components['schemas']['Problem'];
export type Reaction = components['schemas']['Reaction'];
export type ReactionChange = components['schemas']['ReactionChange'];
export type Read = components['schemas']['Read'];
export type ReadMove = components['schemas']['ReadMove'];
export type ReadPosition = components['schemas']['ReadPosition'];
export type ReadUpdated = components['schemas']['ReadUpdated'];
export type Reconnect = components['schemas']['Reconnect'];
export type Register = components['schemas']['Register'];
export type Role = components['schemas']['Role'];
export type Room = components['schemas']['Room'];
export type RoomChange = components['schemas']['RoomChange'];
export type RoomId = components['schemas']['RoomId'];
export type RoomJoined = components['schemas']['RoomJoined'];
export type RoomKind = components['schemas']['RoomKind'];
export type RoomLeft = components['schemas']['RoomLeft'];
export type RoomName = components['schemas']['RoomName'];
export type RoomPolicy = components['schemas']['RoomPolicy'];
export type RoomRole = components['schemas']['RoomRole'];
export type RoomView = components['schemas']['RoomView'];
export type Send = components['schemas']['Send'];
export type ServerFrame = components['schemas']['ServerFrame'];
export type Session = components['schemas']['Session'];
export type SessionId = components['schemas']['SessionId'];
export type SessionRevoked = components['schemas']['SessionRevoked'];
export type Setup = components['schemas']['Setup'];
export type SetupState = components['schemas']['SetupState'];
export type SignedIn = components['schemas']['SignedIn'];
export type StreamId = components['schemas']['StreamId'];
export type Sync = components['schemas']['Sync'];
export type Synced = components['schemas']['Synced'];
export type System = components['schemas']['System'];
export type SystemType = components['schemas']['SystemType'];
export type Timestamp = components['schemas']['Timestamp'];
export type Topic = components['schemas']['Topic'];
export type Ts = components['schemas']['Ts'];
export type Typing = components['schemas']['Typing'];
export type TypingBy = components['schemas']['TypingBy'];
export type User = components['schemas']['User'];
export type UserId = components['schemas']['UserId'];
export type UserKind = components['schemas']['UserKind'];
export type Username = components['schemas']['Username'];
export type Watch = components['schemas']['Watch'];
export type Watching = components['schemas']['Watching'];
export type Workspace = components['schemas']['Workspace'];
export type WorkspaceChange = components['schemas']['WorkspaceChange'];
export type WorkspaceName = components['schemas']['WorkspaceName'];
export type $defs = Record<string, never>;
export interface operations {
    readonly confirm_registration: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["Confirmation"];
            };
        };
        readonly responses: {
            /** @description The account is there, and signed in */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description `malformed`: The request is malformed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "malformed";
                    };
                };
            };
            /** @description `bad_token`: The link is wrong, was used, or is too old; `registration_closed`: Registration is closed */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "bad_token" | "registration_closed";
                    };
                };
            };
            /** @description `body_too_large`: The request is too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `invalid`: Something in the request is not allowed */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid";
                    };
                };
            };
            /** @description `rate_limited`: Too many tries */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now; `unknown_outcome`: It is not known whether this was done */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable" | "unknown_outcome";
                    };
                };
            };
        };
    };
    readonly request_password_reset: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ForgottenPassword"];
            };
        };
        readonly responses: {
            /** @description A link is mailed if somebody has this address */
            readonly 202: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `malformed`: The request is malformed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "malformed";
                    };
                };
            };
            /** @description `body_too_large`: The request is too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `invalid`: Something in the request is not allowed */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid";
                    };
                };
            };
            /** @description `rate_limited`: Too many tries */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now; `unknown_outcome`: It is not known whether this was done */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable" | "unknown_outcome";
                    };
                };
            };
        };
    };
    readonly read_invitation_link: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["LinkToken"];
            };
        };
        readonly responses: {
            /** @description Who invites whereto */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Invited"];
                };
            };
            /** @description `malformed`: The request is malformed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "malformed";
                    };
                };
            };
            /** @description `bad_token`: The link is wrong, was used, or is too old */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "bad_token";
                    };
                };
            };
            /** @description `body_too_large`: The request is too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `invalid`: Something in the request is not allowed */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid";
                    };
                };
            };
            /** @description `rate_limited`: Too many tries */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now; `unknown_outcome`: It is not known whether this was done */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable" | "unknown_outcome";
                    };
                };
            };
        };
    };
    readonly create_session: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["Login"];
            };
        };
        readonly responses: {
            /** @description Signed in */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description `malformed`: The request is malformed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "malformed";
                    };
                };
            };
            /** @description `bad_credentials`: That name and password don't go together */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "bad_credentials";
                    };
                };
            };
            /** @description `body_too_large`: The request is too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `invalid`: Something in the request is not allowed */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid";
                    };
                };
            };
            /** @description `rate_limited`: Too many tries */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now; `unknown_outcome`: It is not known whether this was done */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable" | "unknown_outcome";
                    };
                };
            };
        };
    };
    readonly end_session: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The session is over */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `unauthenticated`: Sign in first */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unauthenticated";
                    };
                };
            };
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden";
                    };
                };
            };
            /** @description `rate_limited`: Too many tries */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now; `unknown_outcome`: It is not known whether this was done */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable" | "unknown_outcome";
                    };
                };
            };
        };
    };
    readonly register_user: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["Register"];
            };
        };
        readonly responses: {
            /** @description The account is there, and signed in */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description A link was mailed that ends the registration */
            readonly 202: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `malformed`: The request is malformed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "malformed";
                    };
                };
            };
            /** @description `bad_token`: The link is wrong, was used, or is too old; `invitation_needed`: Registering needs an invitation; `registration_closed`: Registration is closed */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "bad_token" | "invitation_needed" | "registration_closed";
                    };
                };
            };
            /** @description `body_too_large`: The request is too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `invalid`: Something in the request is not allowed */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid";
                    };
                };
            };
            /** @description `rate_limited`: Too many tries */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now; `unknown_outcome`: It is not known whether this was done */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable" | "unknown_outcome";
                    };
                };
            };
        };
    };
    readonly reset_password: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["PasswordReset"];
            };
        };
        readonly responses: {
            /** @description The password is set */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `malformed`: The request is malformed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "malformed";
                    };
                };
            };
            /** @description `bad_token`: The link is wrong, was used, or is too old */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "bad_token";
                    };
                };
            };
            /** @description `body_too_large`: The request is too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `invalid`: Something in the request is not allowed */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid";
                    };
                };
            };
            /** @description `rate_limited`: Too many tries */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now; `unknown_outcome`: It is not known whether this was done */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable" | "unknown_outcome";
                    };
                };
            };
        };
    };
    readonly report_csp: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/csp-report": components["schemas"]["CspReport"];
                readonly "application/reports+json": readonly components["schemas"]["BrowserReport"][];
            };
        };
        readonly responses: {
            /** @description Counted */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `malformed`: The request is malformed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "malformed";
                    };
                };
            };
            /** @description `body_too_large`: The request is too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `invalid`: Something in the request is not allowed */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid";
                    };
                };
            };
            /** @description `rate_limited`: Too many tries */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now; `unknown_outcome`: It is not known whether this was done */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable" | "unknown_outcome";
                    };
                };
            };
        };
    };
    readonly start_direct: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewDirect"];
            };
        };
        readonly responses: {
            /** @description The room that these people have */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RoomView"];
                };
            };
            /** @description Their new room */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RoomView"];
                };
            };
            /** @description `malformed`: The request is malformed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "malformed";
                    };
                };
            };
            /** @description `unauthenticated`: Sign in first */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unauthenticated";
                    };
                };
            };
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden";
                    };
                };
            };
            /** @description `body_too_large`: The request is too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `invalid`: Something in the request is not allowed */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid";
                    };
                };
            };
            /** @description `rate_limited`: Too many tries */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now; `unknown_outcome`: It is not known whether this was done */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable" | "unknown_outcome";
                    };
                };
            };
        };
    };
    readonly connect_gateway: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The connection is a WebSocket now */
            readonly 101: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `malformed`: The request is malformed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "malformed";
                    };
                };
            };
            /** @description `unauthenticated`: Sign in first */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unauthenticated";
                    };
                };
            };
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden";
                    };
                };
            };
            /** @description `upgrade_required`: A WebSocket handshake is needed */
            readonly 426: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "upgrade_required";
                    };
                };
            };
            /** @description `too_many`: Too many at once */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "too_many";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable";
                    };
                };
            };
        };
    };
    readonly list_invitations: {
        readonly parameters: {
            readonly query?: {
                /** @description Where the page before ended: its `next_cursor`. */
                readonly cursor?: string;
                /** @description How many items; more than 200 gives 200. */
                readonly limit?: number;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page of invitations */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Page_Invitation"];
                };
            };
            /** @description `malformed`: The request is malformed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "malformed";
                    };
                };
            };
            /** @description `unauthenticated`: Sign in first */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: You may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable";
                    };
                };
            };
        };
    };
    readonly create_invitation: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewInvitation"];
            };
        };
        readonly responses: {
            /** @description The invitation with its link */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["InvitationLink"];
                };
            };
            /** @description `malformed`: The request is malformed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "malformed";
                    };
                };
            };
            /** @description `unauthenticated`: Sign in first */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unauthenticated";
                    };
                };
            };
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `registration_closed`: Registration is closed */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "registration_closed";
                    };
                };
            };
            /** @description `body_too_large`: The request is too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `invalid`: Something in the request is not allowed */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid";
                    };
                };
            };
            /** @description `rate_limited`: Too many tries; `too_many`: Too many at once */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited" | "too_many";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now; `unknown_outcome`: It is not known whether this was done */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable" | "unknown_outcome";
                    };
                };
            };
        };
    };
    readonly revoke_invitation: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The invitation */
                readonly id: components["schemas"]["InvitationId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The link works no more */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `unauthenticated`: Sign in first */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unauthenticated";
                    };
                };
            };
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden";
                    };
                };
            };
            /** @description `not_found`: Not found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "not_found";
                    };
                };
            };
            /** @description `rate_limited`: Too many tries */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now; `unknown_outcome`: It is not known whether this was done */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable" | "unknown_outcome";
                    };
                };
            };
        };
    };
    readonly read_me: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The account */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Me"];
                };
            };
            /** @description `unauthenticated`: Sign in first */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: You may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable";
                    };
                };
            };
        };
    };
    readonly update_me: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["MeChange"];
            };
        };
        readonly responses: {
            /** @description The account as it is now */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Me"];
                };
            };
            /** @description `malformed`: The request is malformed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "malformed";
                    };
                };
            };
            /** @description `unauthenticated`: Sign in first */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unauthenticated";
                    };
                };
            };
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden";
                    };
                };
            };
            /** @description `body_too_large`: The request is too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `invalid`: Something in the request is not allowed */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid";
                    };
                };
            };
            /** @description `rate_limited`: Too many tries */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now; `unknown_outcome`: It is not known whether this was done */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable" | "unknown_outcome";
                    };
                };
            };
        };
    };
    readonly change_password: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["PasswordChange"];
            };
        };
        readonly responses: {
            /** @description The password is changed */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `malformed`: The request is malformed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "malformed";
                    };
                };
            };
            /** @description `unauthenticated`: Sign in first */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unauthenticated";
                    };
                };
            };
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden";
                    };
                };
            };
            /** @description `body_too_large`: The request is too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `invalid`: Something in the request is not allowed */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid";
                    };
                };
            };
            /** @description `rate_limited`: Too many tries */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now; `unknown_outcome`: It is not known whether this was done */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable" | "unknown_outcome";
                    };
                };
            };
        };
    };
    readonly list_sessions: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The devices that are signed in */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Page_Session"];
                };
            };
            /** @description `unauthenticated`: Sign in first */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: You may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable";
                    };
                };
            };
        };
    };
    readonly revoke_session: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The session */
                readonly id: components["schemas"]["SessionId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The session is over */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `unauthenticated`: Sign in first */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unauthenticated";
                    };
                };
            };
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden";
                    };
                };
            };
            /** @description `not_found`: Not found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "not_found";
                    };
                };
            };
            /** @description `rate_limited`: Too many tries */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now; `unknown_outcome`: It is not known whether this was done */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable" | "unknown_outcome";
                    };
                };
            };
        };
    };
    readonly delete_message: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The message */
                readonly id: components["schemas"]["MessageId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The message is deleted */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `unauthenticated`: Sign in first */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unauthenticated";
                    };
                };
            };
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden";
                    };
                };
            };
            /** @description `not_found`: Not found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "not_found";
                    };
                };
            };
            /** @description `rate_limited`: Too many tries */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now; `unknown_outcome`: It is not known whether this was done */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable" | "unknown_outcome";
                    };
                };
            };
        };
    };
    readonly edit_message: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The message */
                readonly id: components["schemas"]["MessageId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["MessageChange"];
            };
        };
        readonly responses: {
            /** @description The message as it is now */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Message"];
                };
            };
            /** @description `malformed`: The request is malformed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "malformed";
                    };
                };
            };
            /** @description `unauthenticated`: Sign in first */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unauthenticated";
                    };
                };
            };
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `room_archived`: The room is archived */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "room_archived";
                    };
                };
            };
            /** @description `not_found`: Not found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "not_found";
                    };
                };
            };
            /** @description `body_too_large`: The request is too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `invalid`: Something in the request is not allowed */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid";
                    };
                };
            };
            /** @description `rate_limited`: Too many tries */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now; `unknown_outcome`: It is not known whether this was done */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable" | "unknown_outcome";
                    };
                };
            };
        };
    };
    readonly list_rooms: {
        readonly parameters: {
            readonly query?: {
                /** @description Where the page before ended: its `next_cursor`. */
                readonly cursor?: string;
                /** @description How many items; more than 200 gives 200. */
                readonly limit?: number;
                /** @description Part of the name, for the directory. */
                readonly query?: string;
                /** @description The caller's own rooms, or the directory of public ones. */
                readonly scope?: "mine" | "public";
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page of rooms */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Page_RoomView"];
                };
            };
            /** @description `malformed`: The request is malformed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "malformed";
                    };
                };
            };
            /** @description `unauthenticated`: Sign in first */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: You may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable";
                    };
                };
            };
        };
    };
    readonly create_room: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewRoom"];
            };
        };
        readonly responses: {
            /** @description The new room */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RoomView"];
                };
            };
            /** @description `malformed`: The request is malformed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "malformed";
                    };
                };
            };
            /** @description `unauthenticated`: Sign in first */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unauthenticated";
                    };
                };
            };
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden";
                    };
                };
            };
            /** @description `body_too_large`: The request is too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `invalid`: Something in the request is not allowed */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid";
                    };
                };
            };
            /** @description `rate_limited`: Too many tries */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now; `unknown_outcome`: It is not known whether this was done */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable" | "unknown_outcome";
                    };
                };
            };
        };
    };
    readonly read_room: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The room */
                readonly id: components["schemas"]["RoomId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The room */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RoomView"];
                };
            };
            /** @description `unauthenticated`: Sign in first */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: You may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: Not found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "not_found";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable";
                    };
                };
            };
        };
    };
    readonly archive_room: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The room */
                readonly id: components["schemas"]["RoomId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The room is archived */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `unauthenticated`: Sign in first */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unauthenticated";
                    };
                };
            };
            /** @description `cross_origin`: The request came from another site; `direct_room`: Direct rooms can't do this; `forbidden`: You may not do this; `room_archived`: The room is archived */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "direct_room" | "forbidden" | "room_archived";
                    };
                };
            };
            /** @description `not_found`: Not found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "not_found";
                    };
                };
            };
            /** @description `rate_limited`: Too many tries */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now; `unknown_outcome`: It is not known whether this was done */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable" | "unknown_outcome";
                    };
                };
            };
        };
    };
    readonly update_room: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The room */
                readonly id: components["schemas"]["RoomId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["RoomChange"];
            };
        };
        readonly responses: {
            /** @description The room as it is now */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RoomView"];
                };
            };
            /** @description `malformed`: The request is malformed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "malformed";
                    };
                };
            };
            /** @description `unauthenticated`: Sign in first */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unauthenticated";
                    };
                };
            };
            /** @description `cross_origin`: The request came from another site; `direct_room`: Direct rooms can't do this; `forbidden`: You may not do this; `room_archived`: The room is archived */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "direct_room" | "forbidden" | "room_archived";
                    };
                };
            };
            /** @description `not_found`: Not found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "not_found";
                    };
                };
            };
            /** @description `body_too_large`: The request is too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `invalid`: Something in the request is not allowed */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid";
                    };
                };
            };
            /** @description `rate_limited`: Too many tries */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now; `unknown_outcome`: It is not known whether this was done */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable" | "unknown_outcome";
                    };
                };
            };
        };
    };
    readonly list_members: {
        readonly parameters: {
            readonly query?: {
                /** @description Where the page before ended: its `next_cursor`. */
                readonly cursor?: string;
                /** @description How many items; more than 200 gives 200. */
                readonly limit?: number;
            };
            readonly header?: never;
            readonly path: {
                /** @description The room */
                readonly id: components["schemas"]["RoomId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page of members */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Page_Member"];
                };
            };
            /** @description `malformed`: The request is malformed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "malformed";
                    };
                };
            };
            /** @description `unauthenticated`: Sign in first */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: You may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: Not found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "not_found";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable";
                    };
                };
            };
        };
    };
    readonly put_member: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The room */
                readonly id: components["schemas"]["RoomId"];
                /** @description Who */
                readonly user_id: components["schemas"]["UserId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": components["schemas"]["MemberChange"] | null;
            };
        };
        readonly responses: {
            /** @description The member */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Member"];
                };
            };
            /** @description `malformed`: The request is malformed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "malformed";
                    };
                };
            };
            /** @description `unauthenticated`: Sign in first */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unauthenticated";
                    };
                };
            };
            /** @description `cross_origin`: The request came from another site; `direct_room`: Direct rooms can't do this; `forbidden`: You may not do this; `last_owner`: The last owner can't do this; `room_archived`: The room is archived */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "direct_room" | "forbidden" | "last_owner" | "room_archived";
                    };
                };
            };
            /** @description `not_found`: Not found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "not_found";
                    };
                };
            };
            /** @description `body_too_large`: The request is too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `invalid`: Something in the request is not allowed */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid";
                    };
                };
            };
            /** @description `rate_limited`: Too many tries; `too_many`: Too many at once */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited" | "too_many";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now; `unknown_outcome`: It is not known whether this was done */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable" | "unknown_outcome";
                    };
                };
            };
        };
    };
    readonly remove_member: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The room */
                readonly id: components["schemas"]["RoomId"];
                /** @description Who */
                readonly user_id: components["schemas"]["UserId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description They are no member any more */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `unauthenticated`: Sign in first */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unauthenticated";
                    };
                };
            };
            /** @description `cross_origin`: The request came from another site; `direct_room`: Direct rooms can't do this; `forbidden`: You may not do this; `last_owner`: The last owner can't do this; `room_archived`: The room is archived */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "direct_room" | "forbidden" | "last_owner" | "room_archived";
                    };
                };
            };
            /** @description `not_found`: Not found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "not_found";
                    };
                };
            };
            /** @description `rate_limited`: Too many tries */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now; `unknown_outcome`: It is not known whether this was done */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable" | "unknown_outcome";
                    };
                };
            };
        };
    };
    readonly read_history: {
        readonly parameters: {
            readonly query?: {
                /** @description Messages after this place; 0 is the start. */
                readonly after?: components["schemas"]["Ts"];
                /** @description Messages on both sides of this place, with the one at it. */
                readonly around?: components["schemas"]["Ts"];
                /** @description Messages before this place. */
                readonly before?: components["schemas"]["Ts"];
                /** @description How many; more than 200 gives 200. */
                readonly limit?: number;
                /** @description `all`: also replies that are only in threads. */
                readonly threads?: "all";
            };
            readonly header?: never;
            readonly path: {
                /** @description The room */
                readonly id: components["schemas"]["RoomId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page of messages */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["HistoryPage"];
                };
            };
            /** @description `malformed`: The request is malformed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "malformed";
                    };
                };
            };
            /** @description `unauthenticated`: Sign in first */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: You may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: Not found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "not_found";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable";
                    };
                };
            };
        };
    };
    readonly post_message: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The room */
                readonly id: components["schemas"]["RoomId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewMessage"];
            };
        };
        readonly responses: {
            /** @description The message that was posted before with this `client_id` */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Message"];
                };
            };
            /** @description The new message */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Message"];
                };
            };
            /** @description `malformed`: The request is malformed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "malformed";
                    };
                };
            };
            /** @description `unauthenticated`: Sign in first */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unauthenticated";
                    };
                };
            };
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `room_archived`: The room is archived */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "room_archived";
                    };
                };
            };
            /** @description `not_found`: Not found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "not_found";
                    };
                };
            };
            /** @description `body_too_large`: The request is too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `invalid`: Something in the request is not allowed */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid";
                    };
                };
            };
            /** @description `rate_limited`: Too many tries */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now; `unknown_outcome`: It is not known whether this was done */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable" | "unknown_outcome";
                    };
                };
            };
        };
    };
    readonly mark_read: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The room */
                readonly id: components["schemas"]["RoomId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ReadMove"];
            };
        };
        readonly responses: {
            /** @description The position now in force */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ReadPosition"];
                };
            };
            /** @description `malformed`: The request is malformed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "malformed";
                    };
                };
            };
            /** @description `unauthenticated`: Sign in first */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unauthenticated";
                    };
                };
            };
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden";
                    };
                };
            };
            /** @description `not_found`: Not found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "not_found";
                    };
                };
            };
            /** @description `body_too_large`: The request is too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `invalid`: Something in the request is not allowed */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid";
                    };
                };
            };
            /** @description `rate_limited`: Too many tries */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now; `unknown_outcome`: It is not known whether this was done */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable" | "unknown_outcome";
                    };
                };
            };
        };
    };
    readonly read_setup: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Whether the workspace has to be set up */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["SetupState"];
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable";
                    };
                };
            };
        };
    };
    readonly set_up_workspace: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["Setup"];
            };
        };
        readonly responses: {
            /** @description The workspace is set up, and its owner signed in */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description `malformed`: The request is malformed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "malformed";
                    };
                };
            };
            /** @description `bad_token`: The link is wrong, was used, or is too old */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "bad_token";
                    };
                };
            };
            /** @description `already_set_up`: The workspace is set up already */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "already_set_up";
                    };
                };
            };
            /** @description `body_too_large`: The request is too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `invalid`: Something in the request is not allowed */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid";
                    };
                };
            };
            /** @description `rate_limited`: Too many tries */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now; `unknown_outcome`: It is not known whether this was done */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable" | "unknown_outcome";
                    };
                };
            };
        };
    };
    readonly list_users: {
        readonly parameters: {
            readonly query?: {
                /** @description Where the page before ended: its `next_cursor`. */
                readonly cursor?: string;
                /** @description How many items; more than 200 gives 200. */
                readonly limit?: number;
                /** @description Part of the display or user name, in any case. */
                readonly query?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page of people */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Page_User"];
                };
            };
            /** @description `malformed`: The request is malformed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "malformed";
                    };
                };
            };
            /** @description `unauthenticated`: Sign in first */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: You may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable";
                    };
                };
            };
        };
    };
    readonly read_user: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The user */
                readonly id: components["schemas"]["UserId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The user */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["User"];
                };
            };
            /** @description `unauthenticated`: Sign in first */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: You may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden";
                    };
                };
            };
            /** @description `not_found`: Not found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "not_found";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable";
                    };
                };
            };
        };
    };
    readonly read_workspace: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The settings */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Workspace"];
                };
            };
            /** @description `unauthenticated`: Sign in first */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: You may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable";
                    };
                };
            };
        };
    };
    readonly update_workspace: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["WorkspaceChange"];
            };
        };
        readonly responses: {
            /** @description The settings as they are now */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Workspace"];
                };
            };
            /** @description `malformed`: The request is malformed */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "malformed";
                    };
                };
            };
            /** @description `unauthenticated`: Sign in first */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unauthenticated";
                    };
                };
            };
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden";
                    };
                };
            };
            /** @description `body_too_large`: The request is too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large";
                    };
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unsupported_media_type";
                    };
                };
            };
            /** @description `invalid`: Something in the request is not allowed */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid";
                    };
                };
            };
            /** @description `rate_limited`: Too many tries */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "rate_limited";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "internal";
                    };
                };
            };
            /** @description `timeout`: The request took too long; `unavailable`: Not available right now; `unknown_outcome`: It is not known whether this was done */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "timeout" | "unavailable" | "unknown_outcome";
                    };
                };
            };
        };
    };
    readonly healthz: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The process is alive */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    readonly read_metrics: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The counters */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/openmetrics-text": string;
                };
            };
            /** @description `unauthenticated`: Sign in first */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unauthenticated";
                    };
                };
            };
            /** @description `forbidden`: You may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden";
                    };
                };
            };
        };
    };
    readonly readyz: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The database answers */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Health"];
                };
            };
            /** @description `unavailable`: Not available right now */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "unavailable";
                    };
                };
            };
        };
    };
}
