// Made by `cargo xtask gen` from the server's API document. Not for editing.

export interface paths {
    readonly "/api/v1/admin/audit": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read the audit
         * @description Acts that concern security and administration, the newest first.
         */
        readonly get: operations["admin_read_audit"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/admin/audit/export": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Export the audit
         * @description All acts that the filter wants, the newest first, in one file. The export is an act itself.
         */
        readonly get: operations["admin_export_audit"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/admin/audit/verify": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Check the audit
         * @description Whether every act is as it was written: none changed, missing or put in.
         */
        readonly get: operations["admin_verify_audit"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/admin/health": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * How is the server?
         * @description Its versions, its database and files, what waits, who is connected, and what failed.
         */
        readonly get: operations["admin_read_health"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/admin/health/series": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * How was the server?
         * @description One value a minute of this process, for at most a day; kept in memory only.
         */
        readonly get: operations["admin_read_series"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/admin/jobs": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List jobs
         * @description The newest first.
         */
        readonly get: operations["admin_list_jobs"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/admin/jobs/{id}": {
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
         * Remove a job
         * @description One that was given up.
         */
        readonly delete: operations["admin_remove_job"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/admin/jobs/{id}/retry": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Try a job again
         * @description One that was given up.
         */
        readonly post: operations["admin_retry_job"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/admin/mail": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read how mails are sent
         * @description Never the password.
         */
        readonly get: operations["admin_read_mail"];
        /**
         * Set the mail server
         * @description By owners only, as mails carry links to new passwords. Its address, with the password in it, is kept sealed and not
         *     shown again. Not where `PARLEY_SMTP_URL` is set.
         */
        readonly put: operations["admin_set_mail"];
        readonly post?: never;
        /**
         * Take the mail server away
         * @description By owners only. Mails become files in the data folder again.
         */
        readonly delete: operations["admin_remove_mail"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/admin/mail/test": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Try the mail server
         * @description Sends a mail and waits for what the server says to it.
         */
        readonly post: operations["admin_test_mail"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/admin/rooms": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List rooms, for administrators
         * @description Public and private ones in the order of their names, with their size, without what is said in them.
         */
        readonly get: operations["admin_list_rooms"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/admin/rooms/{id}": {
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
         * Archive a room, for administrators
         * @description Nothing can be written to it any more; its history stays.
         */
        readonly delete: operations["admin_archive_room"];
        readonly options?: never;
        readonly head?: never;
        /**
         * Change a room, for administrators
         * @description How long it keeps messages, its name and its topic; private rooms too.
         */
        readonly patch: operations["admin_update_room"];
        readonly trace?: never;
    };
    readonly "/api/v1/admin/rooms/{id}/unarchive": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Open an archived room again */
        readonly post: operations["admin_unarchive_room"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/admin/users": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List people, for administrators
         * @description In the order of their names, with address, devices, tokens and what their files take.
         */
        readonly get: operations["admin_list_users"];
        readonly put?: never;
        /**
         * Make an account
         * @description Without a password the answer has a link by which its owner sets one; it is not shown again.
         */
        readonly post: operations["admin_create_user"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/admin/users/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Read a user, for administrators */
        readonly get: operations["admin_read_user"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        /**
         * Change a user
         * @description What is left out stays. Only owners make and unmake owners and administrators. Who rises to another role, or becomes a
         *     guest, is signed out everywhere, and their tokens and links to new passwords end, so that nobody who was in the account
         *     before comes along; who rises to administrator or owner is told by mail. An address that is replaced gets a mail which
         *     says by whom, not with what.
         */
        readonly patch: operations["admin_update_user"];
        readonly trace?: never;
    };
    readonly "/api/v1/admin/users/{id}/deactivate": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Deactivate a user
         * @description They can't sign in any more; their sessions, tokens, connections, invitations and links end. What they said stays.
         */
        readonly post: operations["admin_deactivate_user"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/admin/users/{id}/reactivate": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Reactivate a user
         * @description They can sign in again with their password.
         */
        readonly post: operations["admin_reactivate_user"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/admin/users/{id}/reset-link": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Make a link to a new password
         * @description It works once, for an hour, and is not shown again. One's own password is changed with the one that was.
         */
        readonly post: operations["admin_make_reset_link"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/admin/users/{id}/sessions": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List a user's devices
         * @description The one used last first; never more than a page of them.
         */
        readonly get: operations["admin_list_sessions"];
        readonly put?: never;
        readonly post?: never;
        /**
         * Sign a user out everywhere
         * @description Ends their sessions and the connections of these; tokens stay.
         */
        readonly delete: operations["admin_end_sessions"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/admin/users/{id}/sessions/{session_id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** Sign a user's device out */
        readonly delete: operations["admin_end_session"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/admin/users/{id}/tokens": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List a user's tokens
         * @description The newest first.
         */
        readonly get: operations["admin_list_tokens"];
        readonly put?: never;
        readonly post?: never;
        /**
         * Revoke all tokens of a user
         * @description Their connections end with them.
         */
        readonly delete: operations["admin_revoke_tokens"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/admin/users/{id}/tokens/{token_id}": {
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
         * Revoke a user's token
         * @description Its connections end with it.
         */
        readonly delete: operations["admin_revoke_token"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
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
    readonly "/api/v1/files": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Upload a file
         * @description The body is the file, or a form whose first file it is. Until a message carries it, it is its uploader's alone, and
         *     after a day without use it is forgotten. What it is, its content says. Photographs lose what they tell about their
         *     place.
         */
        readonly post: operations["upload_file"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/files/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read a file
         * @description One's own, one that a message carries which one may read, or somebody's picture. It comes with its sniffed type; what
         *     a browser could run is only bytes, to be saved. One `Range` in bytes is understood, of the end too; several are
         *     refused.
         */
        readonly get: operations["read_file"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/files/{id}/preview": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read the beginning of a text
         * @description Of a file that is no text there is none. Whatever encoding the file has, the answer is UTF-8.
         */
        readonly get: operations["preview_file"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/files/{id}/thumbnail": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read the thumbnail of an image
         * @description A JPEG or WebP of at most 720 pixels a side. It is there a moment after the upload.
         */
        readonly get: operations["read_thumbnail"];
        readonly put?: never;
        readonly post?: never;
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
         * @description What is left out stays as it is. A new e-mail address needs the password, and no token may give one.
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
    readonly "/api/v1/me/tokens": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List one's own tokens
         * @description The newest first.
         */
        readonly get: operations["list_tokens"];
        readonly put?: never;
        /**
         * Make a token
         * @description For a program that acts for one. The secret in the answer is not shown again.
         */
        readonly post: operations["create_token"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/me/tokens/{id}": {
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
         * Revoke a token
         * @description Its connections end with it.
         */
        readonly delete: operations["revoke_token"];
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
    readonly "/api/v1/rooms/{id}/files": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List a room's files
         * @description The newest message's first; those of one message in their order.
         */
        readonly get: operations["list_room_files"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
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
    readonly "/api/v1/uploads": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Begin an upload in pieces
         * @description It ends by itself after a day. At most 20 may be begun and not done.
         */
        readonly post: operations["begin_upload"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/uploads/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Read where an upload stands */
        readonly get: operations["read_upload"];
        readonly put?: never;
        readonly post?: never;
        /**
         * Give an upload up
         * @description A file that became of it stays.
         */
        readonly delete: operations["drop_upload"];
        readonly options?: never;
        readonly head?: never;
        /**
         * Send a piece
         * @description Of any length, from where the upload stands. What came before the connection broke is kept. With the last byte the
         *     upload becomes a file; an empty piece there gives the same answer again.
         */
        readonly patch: operations["continue_upload"];
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
    readonly "/api/v1/workspace/icon": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read the workspace's icon
         * @description For everyone, signed in or not.
         */
        readonly get: operations["read_icon"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
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
        /** @description A public or private room as administrators see it: what it is and how large, nothing of what is said. */
        readonly AdminRoom: {
            readonly archived_at: components["schemas"]["Timestamp"] | null;
            /** @description When it was made. */
            readonly created_at: components["schemas"]["Timestamp"];
            /** @description The id. */
            readonly id: components["schemas"]["RoomId"];
            /** @description Public or private. */
            readonly kind: components["schemas"]["RoomKind"];
            /** @description The place of its last message. */
            readonly last_ts: components["schemas"]["Ts"];
            /**
             * Format: int64
             * @description How many members it has.
             */
            readonly members: number;
            /**
             * Format: int64
             * @description How many messages it has, deleted and system messages included.
             */
            readonly messages: number;
            readonly name: components["schemas"]["RoomName"] | null;
            /**
             * Format: int64
             * @description After how many days messages are removed for good; null: as the workspace says.
             */
            readonly retention_days: number | null;
            /** @description What it is about. */
            readonly topic: components["schemas"]["Topic"];
        };
        /** @description What is to change of a room; what is left out stays. */
        readonly AdminRoomChange: {
            /** @description 1–80 characters on one line. */
            readonly name?: string | null;
            /**
             * Format: int64
             * @description After how many days messages are removed for good; null: as the workspace says.
             */
            readonly retention_days?: number | null;
            /** @description Up to 250 characters on one line. */
            readonly topic?: string | null;
        };
        /** @description A user with what only administrators see of them. */
        readonly AdminUser: components["schemas"]["User"] & {
            readonly email: components["schemas"]["Email"] | null;
            readonly last_seen_at: components["schemas"]["Timestamp"] | null;
            /**
             * Format: int64
             * @description How many devices are signed in.
             */
            readonly sessions: number;
            /**
             * Format: int64
             * @description What their files take, in bytes.
             */
            readonly storage_bytes: number;
            /**
             * Format: int64
             * @description How many personal access tokens they have.
             */
            readonly tokens: number;
        };
        /** @description What a check of the audit's chain found. */
        readonly AuditCheck: {
            /**
             * Format: int64
             * @description How many acts the chain has.
             */
            readonly entries: number;
            /**
             * Format: int64
             * @description The number of the first that was changed, is missing or was put in.
             */
            readonly first_bad: number | null;
            /** @description Whether all are as they were written. */
            readonly intact: boolean;
        };
        /** @description An act in the audit. */
        readonly AuditEntry: {
            /** @description What, such as `user.role_changed`. */
            readonly action: string;
            readonly actor: components["schemas"]["UserId"] | null;
            /** @description From which address; empty: from the machine itself. */
            readonly address: string;
            /** @description When. */
            readonly at: components["schemas"]["Timestamp"];
            /** @description More of it. */
            readonly data: Record<string, never>;
            /** @description The SHA-256 that chains it to the one before, in hexadecimal digits. */
            readonly hash: string;
            /** @description The id. */
            readonly id: components["schemas"]["AuditId"];
            /**
             * Format: int64
             * @description Its number in the chain, from 1 without gaps.
             */
            readonly seq: number;
            /** @description To whom or what: an id, or a word. */
            readonly subject: string;
        };
        /**
         * Format: uuid
         * @description A row of the audit.
         * @example 0198c5a4-7c1e-7d2a-9a51-2f6f0c1d9e77
         */
        readonly AuditId: string;
        /** @description The last backup. */
        readonly BackupHealth: {
            /** @description When it was made. */
            readonly last_at: components["schemas"]["Timestamp"];
        };
        /** @description A report in the form of `report-to`; several come as a list. */
        readonly BrowserReport: {
            /** @description What was refused. */
            readonly body: components["schemas"]["CspRefusal"];
            /** @description `csp-violation`; others are passed over. */
            readonly type: string;
        };
        /**
         * Format: binary
         * @description Bytes as they are: how the API's description calls them.
         */
        readonly Bytes: string;
        readonly ClientId: string;
        /**
         * @description A stable error code of the API, with its HTTP status and a title for people.
         * @enum {string}
         */
        readonly Code: "malformed" | "unauthenticated" | "bad_credentials" | "deactivated" | "forbidden" | "scope_missing" | "session_needed" | "password_needed" | "cross_origin" | "bad_token" | "registration_closed" | "invitation_needed" | "set_by_environment" | "mail_failed" | "already_set_up" | "not_found" | "method_not_allowed" | "room_archived" | "direct_room" | "last_owner" | "invalid" | "empty" | "too_short" | "too_long" | "bad_character" | "bad_format" | "weak_password" | "username_taken" | "email_taken" | "email_domain" | "unusable" | "body_too_large" | "file_too_large" | "quota_exceeded" | "file_type" | "not_an_image" | "offset_mismatch" | "range_not_satisfiable" | "unsupported_media_type" | "rate_limited" | "too_many" | "upgrade_required" | "unknown_op" | "internal" | "unavailable" | "unknown_outcome" | "timeout";
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
            /**
             * @description The same as older browsers say it; newer ones say both.
             * @default null
             */
            readonly "violated-directive": string | null;
        };
        /** @description A report in the form of `report-uri`. */
        readonly CspReport: {
            /** @description What was refused. */
            readonly "csp-report": components["schemas"]["CspRefusal"];
        };
        /** @description The database. */
        readonly DatabaseHealth: {
            /**
             * Format: int64
             * @description Its size.
             */
            readonly bytes: number;
            /** @description `sqlite` or `postgresql`. */
            readonly kind: string;
            /** @description Its version. */
            readonly version: string;
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
        /** @description Requests that failed through a fault of ours. */
        readonly ErrorsHealth: {
            /**
             * Format: int64
             * @description In the last day.
             */
            readonly last_day: number;
            /**
             * Format: int64
             * @description In the last hour.
             */
            readonly last_hour: number;
        };
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
            /** @description Old messages of the room were removed for good. */
            readonly d: components["schemas"]["RoomTrimmed"];
            /** @enum {string} */
            readonly t: "room.trimmed";
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
            /** @description A session or a token of the person ended. */
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
        /** @description A file. */
        readonly File: {
            /** @description When it was uploaded. */
            readonly created_at: components["schemas"]["Timestamp"];
            /**
             * Format: int64
             * @description Its height in pixels as it is to be shown, if it is an image.
             */
            readonly height: number | null;
            /** @description The id. */
            readonly id: components["schemas"]["FileId"];
            /**
             * @description Its name: one line without slashes, at most 255 characters.
             * @example plans.pdf
             */
            readonly name: string;
            /** @description What to show until the image is there: a ThumbHash in base64; none until it is made. */
            readonly placeholder: string | null;
            /**
             * Format: int64
             * @description Its size in bytes.
             */
            readonly size: number;
            /** @description Whether there is a thumbnail. */
            readonly thumbnail: boolean;
            /**
             * @description Its media type, as its content says.
             * @example application/pdf
             */
            readonly type: string;
            /**
             * Format: int64
             * @description Its width in pixels as it is to be shown, if it is an image.
             */
            readonly width: number | null;
        };
        /** @description A file in a form. */
        readonly FileForm: {
            /** @description The file; of several, the first. */
            readonly file: components["schemas"]["Bytes"];
        };
        /**
         * Format: uuid
         * @description A file.
         * @example 0198c5a4-7c1e-7d2a-9a51-2f6f0c1d9e77
         */
        readonly FileId: string;
        /** @description The beginning of a text. */
        readonly FilePreview: {
            /** @description What the first 64 KiB say, whatever their encoding. */
            readonly text: string;
            /** @description Whether there is more. */
            readonly truncated: boolean;
        };
        /** @description What people uploaded. */
        readonly FilesHealth: {
            /**
             * Format: int64
             * @description What all contents take.
             */
            readonly bytes: number;
            /**
             * Format: int64
             * @description How many there are.
             */
            readonly count: number;
            /** @description `disk` or `s3`. */
            readonly kind: string;
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
        /** @description How the server fared. */
        readonly HealthSeries: {
            /** @description When the first value's minute ended. */
            readonly from: components["schemas"]["Timestamp"];
            /** @description The values. */
            readonly series: components["schemas"]["SeriesValues"];
            /**
             * Format: int64
             * @description Seconds between two values.
             */
            readonly step_s: number;
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
            /** @description What they become: `member` or `guest`. */
            readonly role: components["schemas"]["Role"];
            /** @description The rooms that they join. */
            readonly rooms: readonly components["schemas"]["RoomId"][];
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
        /** @description Work that follows from something, and that waits, runs or was given up. */
        readonly Job: {
            /**
             * Format: int64
             * @description How often it was tried.
             */
            readonly attempts: number;
            /** @description When it was queued. */
            readonly created_at: components["schemas"]["Timestamp"];
            readonly dead_at: components["schemas"]["Timestamp"] | null;
            /** @description The id. */
            readonly id: components["schemas"]["JobId"];
            /** @description What is to do. */
            readonly kind: string;
            /** @description Why the last try failed. */
            readonly last_error: string | null;
            /** @description When it is, or was last, due. */
            readonly run_at: components["schemas"]["Timestamp"];
        };
        /**
         * Format: uuid
         * @description A piece of work that follows from an event.
         * @example 0198c5a4-7c1e-7d2a-9a51-2f6f0c1d9e77
         */
        readonly JobId: string;
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
        /** @description A user who was just made. */
        readonly MadeUser: components["schemas"]["AdminUser"] & {
            /** @description Where they set their password, once, within an hour; null if they have one. */
            readonly reset_url: string | null;
        };
        /** @description The mail server. */
        readonly MailHealth: {
            /** @description Why it didn't, if it didn't. */
            readonly last_error: string | null;
            /** @description Whether one is set, and took the last mail. */
            readonly ok: boolean;
        };
        /** @description How mails are sent; never the password. */
        readonly MailSetup: {
            /**
             * @description Who mails come from.
             * @example Parley <parley@example.org>
             */
            readonly from: string;
            /** @description Whether there is a password. */
            readonly has_password: boolean;
            /** @description Why it didn't take the last one, if it didn't. */
            readonly last_error: string | null;
            readonly last_success_at: components["schemas"]["Timestamp"] | null;
            /**
             * @description The server, with its scheme and port.
             * @example smtps://mail.example.org:465
             */
            readonly server: string | null;
            /** @description Where it was set. */
            readonly source: components["schemas"]["MailSource"];
            /** @description Who we are there. */
            readonly user: string | null;
        };
        /**
         * @description Where the mail server was set.
         * @enum {string}
         */
        readonly MailSource: "environment" | "database" | "none";
        /** @description The caller's own account. */
        readonly Me: components["schemas"]["User"] & {
            /** @description The e-mail address. */
            readonly email: components["schemas"]["Email"];
            /** @description The session that asks. */
            readonly session: components["schemas"]["SessionId"];
        };
        /** @description What is to change of one's own account; what is left out stays. */
        readonly MeChange: {
            readonly avatar?: components["schemas"]["FileId"] | null;
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
            readonly attachments: readonly components["schemas"]["File"][];
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
            /** @description Markdown, 1–40,000 characters; may be empty if the message has attachments. */
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
        /** @description An account to be made. */
        readonly NewAccount: {
            /** @description The name that people see; without it, the user name. */
            readonly display_name?: string | null;
            /**
             * @description The e-mail address.
             * @example ana@example.org
             */
            readonly email: string;
            /**
             * Format: password
             * @description 10–128 characters; without it, its owner sets one by a link.
             */
            readonly password?: string | null;
            /** @description `guest`, `member`, `administrator` or `owner`; without it, `member`. */
            readonly role?: string | null;
            /**
             * @description 2–32 of `a–z`, digits, `.`, `_`, `-`; in any case.
             * @example ana
             */
            readonly username: string;
        };
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
            /** @description What they become: `member` or `guest`, who sees only rooms that they were added to; left out: `member`. */
            readonly role?: string | null;
            /** @description Rooms that they join, to which the caller may add people; at most 50. */
            readonly rooms?: readonly components["schemas"]["RoomId"][];
        };
        /** @description A mail server. */
        readonly NewMailServer: {
            /**
             * @description Who mails come from: an address, or `Name <address>`.
             * @example Parley <parley@example.org>
             */
            readonly from: string;
            /**
             * @description `smtps://user:password@host`, or `smtp://…` with STARTTLS.
             * @example smtps://parley:secret@mail.example.org
             */
            readonly url: string;
        };
        /** @description A message as somebody sends it. */
        readonly NewMessage: {
            /** @description Whether the room's history shows a reply too. */
            readonly also_to_room?: boolean | null;
            /** @description Ids of one's own files that nothing carries yet, at most 10. */
            readonly attachments?: readonly components["schemas"]["FileId"][];
            /**
             * @description Markdown, 1–40,000 characters; may be empty if there are attachments.
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
        /** @description A token to be made. */
        readonly NewToken: {
            /**
             * Format: date-time
             * @description When it ends; null or left out: never.
             */
            readonly expires_at?: string | null;
            /**
             * @description What to call it: 1–80 characters on one line.
             * @example Deploy bot
             */
            readonly name: string;
            /** @description What it may do: `read`, `write`, `admin:read`, `admin:write`; the last two are for administrators. */
            readonly scopes: readonly components["schemas"]["Scope"][];
        };
        /** @description A file that will come in pieces. */
        readonly NewUpload: {
            /**
             * @description Its name. What a name mustn't have is left out.
             * @example plans.pdf
             */
            readonly name: string;
            /**
             * Format: int64
             * @description How many bytes it has.
             */
            readonly size: number;
            /**
             * @description What its sender takes it for; its content decides.
             * @example application/pdf
             */
            readonly type?: string | null;
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
        readonly Page_AdminRoom: {
            /** @description The last event's number of each stream that the items were read from. */
            readonly heads: {
                readonly [key: string]: number;
            };
            /** @description The items. */
            readonly items: readonly {
                readonly archived_at: components["schemas"]["Timestamp"] | null;
                /** @description When it was made. */
                readonly created_at: components["schemas"]["Timestamp"];
                /** @description The id. */
                readonly id: components["schemas"]["RoomId"];
                /** @description Public or private. */
                readonly kind: components["schemas"]["RoomKind"];
                /** @description The place of its last message. */
                readonly last_ts: components["schemas"]["Ts"];
                /**
                 * Format: int64
                 * @description How many members it has.
                 */
                readonly members: number;
                /**
                 * Format: int64
                 * @description How many messages it has, deleted and system messages included.
                 */
                readonly messages: number;
                readonly name: components["schemas"]["RoomName"] | null;
                /**
                 * Format: int64
                 * @description After how many days messages are removed for good; null: as the workspace says.
                 */
                readonly retention_days: number | null;
                /** @description What it is about. */
                readonly topic: components["schemas"]["Topic"];
            }[];
            /** @description What to send as `cursor` for the next page; null on the last. */
            readonly next_cursor: string | null;
        };
        /** @description One page of a list. */
        readonly Page_AdminUser: {
            /** @description The last event's number of each stream that the items were read from. */
            readonly heads: {
                readonly [key: string]: number;
            };
            /** @description The items. */
            readonly items: readonly (components["schemas"]["User"] & {
                readonly email: components["schemas"]["Email"] | null;
                readonly last_seen_at: components["schemas"]["Timestamp"] | null;
                /**
                 * Format: int64
                 * @description How many devices are signed in.
                 */
                readonly sessions: number;
                /**
                 * Format: int64
                 * @description What their files take, in bytes.
                 */
                readonly storage_bytes: number;
                /**
                 * Format: int64
                 * @description How many personal access tokens they have.
                 */
                readonly tokens: number;
            })[];
            /** @description What to send as `cursor` for the next page; null on the last. */
            readonly next_cursor: string | null;
        };
        /** @description One page of a list. */
        readonly Page_AuditEntry: {
            /** @description The last event's number of each stream that the items were read from. */
            readonly heads: {
                readonly [key: string]: number;
            };
            /** @description The items. */
            readonly items: readonly {
                /** @description What, such as `user.role_changed`. */
                readonly action: string;
                readonly actor: components["schemas"]["UserId"] | null;
                /** @description From which address; empty: from the machine itself. */
                readonly address: string;
                /** @description When. */
                readonly at: components["schemas"]["Timestamp"];
                /** @description More of it. */
                readonly data: Record<string, never>;
                /** @description The SHA-256 that chains it to the one before, in hexadecimal digits. */
                readonly hash: string;
                /** @description The id. */
                readonly id: components["schemas"]["AuditId"];
                /**
                 * Format: int64
                 * @description Its number in the chain, from 1 without gaps.
                 */
                readonly seq: number;
                /** @description To whom or what: an id, or a word. */
                readonly subject: string;
            }[];
            /** @description What to send as `cursor` for the next page; null on the last. */
            readonly next_cursor: string | null;
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
                /** @description What they become: `member` or `guest`. */
                readonly role: components["schemas"]["Role"];
                /** @description The rooms that they join. */
                readonly rooms: readonly components["schemas"]["RoomId"][];
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
        readonly Page_Job: {
            /** @description The last event's number of each stream that the items were read from. */
            readonly heads: {
                readonly [key: string]: number;
            };
            /** @description The items. */
            readonly items: readonly {
                /**
                 * Format: int64
                 * @description How often it was tried.
                 */
                readonly attempts: number;
                /** @description When it was queued. */
                readonly created_at: components["schemas"]["Timestamp"];
                readonly dead_at: components["schemas"]["Timestamp"] | null;
                /** @description The id. */
                readonly id: components["schemas"]["JobId"];
                /** @description What is to do. */
                readonly kind: string;
                /** @description Why the last try failed. */
                readonly last_error: string | null;
                /** @description When it is, or was last, due. */
                readonly run_at: components["schemas"]["Timestamp"];
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
        readonly Page_RoomFile: {
            /** @description The last event's number of each stream that the items were read from. */
            readonly heads: {
                readonly [key: string]: number;
            };
            /** @description The items. */
            readonly items: readonly {
                /** @description Who posted it. */
                readonly author: components["schemas"]["UserId"];
                /** @description When it was posted. */
                readonly created_at: components["schemas"]["Timestamp"];
                /** @description The file. */
                readonly file: components["schemas"]["File"];
                /** @description The message. */
                readonly message: components["schemas"]["MessageId"];
                /** @description Its room. */
                readonly room: components["schemas"]["RoomId"];
                /** @description The message's place in the room. */
                readonly ts: components["schemas"]["Ts"];
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
        readonly Page_Token: {
            /** @description The last event's number of each stream that the items were read from. */
            readonly heads: {
                readonly [key: string]: number;
            };
            /** @description The items. */
            readonly items: readonly {
                /** @description When it was made. */
                readonly created_at: components["schemas"]["Timestamp"];
                readonly expires_at: components["schemas"]["Timestamp"] | null;
                /**
                 * @description The last characters of the secret, to tell it from others.
                 * @example x9Qz
                 */
                readonly hint: string;
                /** @description The id. */
                readonly id: components["schemas"]["TokenId"];
                readonly last_used_at: components["schemas"]["Timestamp"] | null;
                /** @description What its owner calls it. */
                readonly name: string;
                /** @description What it may do. */
                readonly scopes: readonly components["schemas"]["Scope"][];
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
                readonly avatar: components["schemas"]["FileId"] | null;
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
        /**
         * @description `presence.watch`: whose presence this connection wants to know, instead of those before. A guest is told of those they
         *     share a room with.
         */
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
             * Format: int64
             * @description After how many seconds trying again makes sense; there for the codes that pass, as `Retry-After` is over HTTP.
             */
            readonly retry_after?: number;
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
        /** @description What waits to be done. */
        readonly QueuesHealth: {
            /**
             * Format: int64
             * @description Jobs that were given up.
             */
            readonly jobs_dead: number;
            /**
             * Format: int64
             * @description Jobs that wait or run.
             */
            readonly jobs_waiting: number;
            /**
             * Format: int64
             * @description For how many seconds the job that waits the longest is due.
             */
            readonly oldest_job_s: number;
            /**
             * Format: int64
             * @description Writes that wait.
             */
            readonly writer: number;
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
        /** @description A link by which a user sets a new password. */
        readonly ResetLink: {
            /** @description When it ends. */
            readonly expires_at: components["schemas"]["Timestamp"];
            /** @description The link. */
            readonly url: string;
        };
        /**
         * @description Why a session or a token ended.
         * @enum {string}
         */
        readonly RevokeReason: "signed_out" | "revoked" | "administrator" | "password" | "role" | "deactivated" | "expired" | "replaced";
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
            /**
             * Format: int64
             * @description After how many days messages are removed for good; null: as the workspace says.
             */
            readonly retention_days: number | null;
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
        /** @description A file that a message of a room carries. */
        readonly RoomFile: {
            /** @description Who posted it. */
            readonly author: components["schemas"]["UserId"];
            /** @description When it was posted. */
            readonly created_at: components["schemas"]["Timestamp"];
            /** @description The file. */
            readonly file: components["schemas"]["File"];
            /** @description The message. */
            readonly message: components["schemas"]["MessageId"];
            /** @description Its room. */
            readonly room: components["schemas"]["RoomId"];
            /** @description The message's place in the room. */
            readonly ts: components["schemas"]["Ts"];
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
        /** @description Messages of the room that are gone for good. */
        readonly RoomTrimmed: {
            /** @description The place before which there are none any more. */
            readonly before_ts: components["schemas"]["Ts"];
        };
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
        /**
         * @description What a personal access token may do. None contains another.
         * @enum {string}
         */
        readonly Scope: "read" | "write" | "admin:read" | "admin:write";
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
        /** @description Values by the minute, the oldest first; all lists are of one length. */
        readonly SeriesValues: {
            /** @description Open gateway connections. */
            readonly connections: readonly number[];
            /** @description Requests that failed through a fault of ours. */
            readonly errors: readonly number[];
            /** @description What half of the requests took at most, in milliseconds. */
            readonly latency_p50_ms: readonly number[];
            /** @description What 99 of 100 requests took at most, in milliseconds. */
            readonly latency_p99_ms: readonly number[];
            /** @description Memory in use. */
            readonly memory_bytes: readonly number[];
            /** @description Messages posted. */
            readonly messages: readonly number[];
            /** @description Requests answered. */
            readonly requests: readonly number[];
            /** @description Writes that wait. */
            readonly writer_queue: readonly number[];
        };
        /** @description A frame as the server sends it. */
        readonly ServerFrame: components["schemas"]["EventFrame"] | components["schemas"]["OtherFrame"];
        /** @description How the server fares. */
        readonly ServerHealth: {
            readonly backup: components["schemas"]["BackupHealth"] | null;
            /**
             * Format: int64
             * @description Open gateway connections.
             */
            readonly connections: number;
            /** @description The database. */
            readonly database: components["schemas"]["DatabaseHealth"];
            /** @description Requests that failed through a fault of ours. */
            readonly errors: components["schemas"]["ErrorsHealth"];
            /** @description What people uploaded. */
            readonly files: components["schemas"]["FilesHealth"];
            /** @description The mail server. */
            readonly mail: components["schemas"]["MailHealth"];
            /**
             * Format: int64
             * @description What the process holds of the machine's memory.
             */
            readonly memory_bytes: number;
            /** @description What waits to be done. */
            readonly queues: components["schemas"]["QueuesHealth"];
            /** @description When it was started. */
            readonly started_at: components["schemas"]["Timestamp"];
            /**
             * Format: int64
             * @description Streams that somebody hears.
             */
            readonly streams: number;
            readonly tls: components["schemas"]["TlsHealth"] | null;
            /**
             * Format: int64
             * @description How long ago, in seconds.
             */
            readonly uptime_s: number;
            /**
             * Format: int64
             * @description People with a device that is connected.
             */
            readonly users_online: number;
            /** @description The server's version. */
            readonly version: string;
        };
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
        /** @description A session or a token that ended. */
        readonly SessionRevoked: {
            /** @description Why it ended; absent in events from before reasons were written down. */
            readonly reason?: components["schemas"]["RevokeReason"];
            /** @description The session, or the token by its id. */
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
        /** @description Where a mail went to. */
        readonly TestedMail: {
            /** @description The address. */
            readonly to: components["schemas"]["Email"];
        };
        /** @description A mail to try the server with. */
        readonly TestMail: {
            /** @description To whom; left out: the caller. */
            readonly to?: string | null;
        };
        /**
         * Format: date-time
         * @description A moment: integer microseconds since the Unix epoch; RFC 3339 UTC with microseconds on the wire.
         * @example 2026-01-31T08:15:00.000000Z
         */
        readonly Timestamp: string;
        /** @description The certificate. */
        readonly TlsHealth: {
            readonly expires_at: components["schemas"]["Timestamp"] | null;
            /** @description Why the last try to get another one failed, if it did. */
            readonly last_error: string | null;
            /** @description The names that it is for; empty while there is none. */
            readonly names: readonly string[];
            /** @description `files` or `acme`. */
            readonly source: string;
        };
        /** @description A personal access token, without its secret. */
        readonly Token: {
            /** @description When it was made. */
            readonly created_at: components["schemas"]["Timestamp"];
            readonly expires_at: components["schemas"]["Timestamp"] | null;
            /**
             * @description The last characters of the secret, to tell it from others.
             * @example x9Qz
             */
            readonly hint: string;
            /** @description The id. */
            readonly id: components["schemas"]["TokenId"];
            readonly last_used_at: components["schemas"]["Timestamp"] | null;
            /** @description What its owner calls it. */
            readonly name: string;
            /** @description What it may do. */
            readonly scopes: readonly components["schemas"]["Scope"][];
        };
        /**
         * Format: uuid
         * @description A personal access token.
         * @example 0198c5a4-7c1e-7d2a-9a51-2f6f0c1d9e77
         */
        readonly TokenId: string;
        /** @description A new token with its secret, which is not shown again. */
        readonly TokenSecret: components["schemas"]["Token"] & {
            /**
             * @description What to send as `Authorization: Bearer`.
             * @example parley_pat_…
             */
            readonly secret: string;
        };
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
        /** @description A file that is uploaded in pieces. */
        readonly Upload: {
            /** @description When it ends by itself. */
            readonly expires_at: components["schemas"]["Timestamp"];
            readonly file: components["schemas"]["File"] | null;
            /** @description The id. */
            readonly id: components["schemas"]["UploadId"];
            /** @description The name that the file will have. */
            readonly name: string;
            /**
             * Format: int64
             * @description How many of them are here.
             */
            readonly offset: number;
            /**
             * Format: int64
             * @description How many bytes it has.
             */
            readonly size: number;
        };
        /**
         * Format: uuid
         * @description A file on its way, in pieces.
         * @example 0198c5a4-7c1e-7d2a-9a51-2f6f0c1d9e77
         */
        readonly UploadId: string;
        /** @description A user as everyone may see them. */
        readonly User: {
            readonly avatar: components["schemas"]["FileId"] | null;
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
        /** @description What is to change of a user; what is left out stays. */
        readonly UserChange: {
            /** @description The name that people see. */
            readonly display_name?: string | null;
            /** @description The e-mail address. */
            readonly email?: string | null;
            /** @description `guest`, `member`, `administrator` or `owner`. */
            readonly role?: string | null;
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
            /** @description Its colour, as in `#1b6e53`; null: the usual one. */
            readonly accent: string | null;
            readonly default_room: components["schemas"]["RoomId"] | null;
            /** @description The life of the database; a client that meets another drops its cache. */
            readonly epoch: components["schemas"]["Epoch"];
            /** @description Types of files that are taken, such as `image/*`; empty: all. */
            readonly file_types: readonly string[];
            readonly icon: components["schemas"]["FileId"] | null;
            /** @description Who may register. */
            readonly join_policy: components["schemas"]["JoinPolicy"];
            /** @description E-mail domains whose owners may register, for [`JoinPolicy::Domain`]. */
            readonly mail_domains: readonly string[];
            /**
             * Format: int64
             * @description Bytes of the largest file.
             */
            readonly max_file_bytes: number;
            /** @description Its name. */
            readonly name: components["schemas"]["WorkspaceName"];
            /**
             * Format: int64
             * @description After how many days messages are removed for good, where a room doesn't say; null: never.
             */
            readonly retention_days: number | null;
            /**
             * Format: int64
             * @description Bytes of all files together, if that is limited.
             */
            readonly storage_quota_bytes: number | null;
            /**
             * Format: int64
             * @description Bytes of one person's files, if that is limited.
             */
            readonly user_quota_bytes: number | null;
        };
        /** @description What is to change of the workspace; what is left out stays. */
        readonly WorkspaceChange: {
            /**
             * @description A colour as in `#1b6e53`; null for the usual one.
             * @example #1b6e53
             */
            readonly accent?: string | null;
            readonly default_room?: components["schemas"]["RoomId"] | null;
            /** @description Types of files that are taken, such as `image/*` or `application/pdf`; empty: all. */
            readonly file_types?: readonly string[] | null;
            readonly icon?: components["schemas"]["FileId"] | null;
            /** @description `open`, `invite`, `domain` or `closed`. */
            readonly join_policy?: string | null;
            /** @description E-mail domains whose owners may register, for the policy `domain`. */
            readonly mail_domains?: readonly string[] | null;
            /**
             * Format: int64
             * @description Bytes of the largest file.
             */
            readonly max_file_bytes?: number | null;
            /** @description 1–80 characters on one line. */
            readonly name?: string | null;
            /**
             * Format: int64
             * @description After how many days messages are removed for good, where a room doesn't say; null: never.
             */
            readonly retention_days?: number | null;
            /**
             * Format: int64
             * @description Bytes of all files together; null: no limit.
             */
            readonly storage_quota_bytes?: number | null;
            /**
             * Format: int64
             * @description Bytes of one person's files; null: no limit.
             */
            readonly user_quota_bytes?: number | null;
        };
        readonly WorkspaceName: string;
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type AdminRoom = components['schemas']['AdminRoom'];
export type AdminRoomChange = components['schemas']['AdminRoomChange'];
export type AdminUser = components['schemas']['AdminUser'];
export type AuditCheck = components['schemas']['AuditCheck'];
export type AuditEntry = components['schemas']['AuditEntry'];
export type AuditId = components['schemas']['AuditId'];
export type BackupHealth = components['schemas']['BackupHealth'];
export type BrowserReport = components['schemas']['BrowserReport'];
export type Bytes = components['schemas']['Bytes'];
export type ClientId = components['schemas']['ClientId'];
export type Code = components['schemas']['Code'];
export type Confirmation = components['schemas']['Confirmation'];
export type CspRefusal = components['schemas']['CspRefusal'];
export type CspReport = components['schemas']['CspReport'];
export type DatabaseHealth = components['schemas']['DatabaseHealth'];
export type DisplayName = components['schemas']['DisplayName'];
export type Done = components['schemas']['Done'];
export type Email = components['schemas']['Email'];
export type Epoch = components['schemas']['Epoch'];
export type ErrorsHealth = components['schemas']['ErrorsHealth'];
export type Event = components['schemas']['Event'];
export type EventFrame = components['schemas']['EventFrame'];
export type FieldError = components['schemas']['FieldError'];
export type File = components['schemas']['File'];
export type FileForm = components['schemas']['FileForm'];
export type FileId = components['schemas']['FileId'];
export type FilePreview = components['schemas']['FilePreview'];
export type FilesHealth = components['schemas']['FilesHealth'];
export type ForgottenPassword = components['schemas']['ForgottenPassword'];
export type Health = components['schemas']['Health'];
export type HealthSeries = components['schemas']['HealthSeries'];
export type Hello = components['schemas']['Hello'];
export type History = components['schemas']['History'];
export type HistoryPage = components['schemas']['HistoryPage'];
export type Invitation = components['schemas']['Invitation'];
export type InvitationId = components['schemas']['InvitationId'];
export type InvitationLink = components['schemas']['InvitationLink'];
export type Invited = components['schemas']['Invited'];
export type Job = components['schemas']['Job'];
export type JobId = components['schemas']['JobId'];
export type JoinPolicy = components['schemas']['JoinPolicy'];
export type LinkToken = components['schemas']['LinkToken'];
export type Login = components['schemas']['Login'];
export type MadeUser = components['schemas']['MadeUser'];
export type MailHealth = components['schemas']['MailHealth'];
export type MailSetup = components['schemas']['MailSetup'];
export type MailSource = components['schemas']['MailSource'];
export type Me = components['schemas']['Me'];
export type MeChange = components['schemas']['MeChange'];
export type Member = components['schemas']['Member'];
export type MemberChange = components['schemas']['MemberChange'];
export type Mention = components['schemas']['Mention'];
export type Message = components['schemas']['Message'];
export type MessageChange = components['schemas']['MessageChange'];
export type MessageId = components['schemas']['MessageId'];
export type MessageKind = components['schemas']['MessageKind'];
export type NewAccount = components['schemas']['NewAccount'];
export type NewDirect = components['schemas']['NewDirect'];
export type NewInvitation = components['schemas']['NewInvitation'];
export type NewMailServer = components['schemas']['NewMailServer'];
export type NewMessage = components['schemas']['NewMessage'];
export type NewRoom = components['schemas']['NewRoom'];
export type NewToken = components['schemas']['NewToken'];
export type NewUpload = components['schemas']['NewUpload'];
export type Nothing = components['schemas']['Nothing'];
export type Numbered = components['schemas']['Numbered'];
export type Operation = components['schemas']['Operation'];
export type OtherFrame = components['schemas']['OtherFrame'];
export type PageAdminRoom = components['schemas']['Page_AdminRoom'];
export type PageAdminUser = components['schemas']['Page_AdminUser'];
export type PageAuditEntry = components['schemas']['Page_AuditEntry'];
export type PageInvitation = components['schemas']['Page_Invitation'];
export type PageJob = components['schemas']['Page_Job'];
export type PageMember = components['schemas']['Page_Member'];
export type PageRoomFile = components['schemas']['Page_RoomFile'];
export type PageRoomView = components['schemas']['Page_RoomView'];
export type PageSession = components['schemas']['Page_Session'];
export type PageToken = components['schemas']['Page_Token'];
export type PageUser = components['schemas']['Page_User'];
export type PasswordChange = components['schemas']['PasswordChange'];
export type PasswordReset = components['schemas']['PasswordReset'];
export type Presence = components['schemas']['Presence'];
export type PresenceChange = components['schemas']['PresenceChange'];
export type PresenceStatus = components['schemas']['PresenceStatus'];
export type PresenceWatch = components['schemas']['PresenceWatch'];
export type Preview = components['schemas']['Preview'];
export type Problem = components['schemas']['Problem'];
export type QueuesHealth = components['schemas']['QueuesHealth'];
export type Reaction = components['schemas']['Reaction'];
export type ReactionChange = components['schemas']['ReactionChange'];
export type Read = components['schemas']['Read'];
export type ReadMove = components['schemas']['ReadMove'];
export type ReadPosition = components['schemas']['ReadPosition'];
export type ReadUpdated = components['schemas']['ReadUpdated'];
export type Reconnect = components['schemas']['Reconnect'];
export type Register = components['schemas']['Register'];
export type ResetLink = components['schemas']['ResetLink'];
export type RevokeReason = components['schemas']['RevokeReason'];
export type Role = components['schemas']['Role'];
export type Room = components['schemas']['Room'];
export type RoomChange = components['schemas']['RoomChange'];
export type RoomFile = components['schemas']['RoomFile'];
export type RoomId = components['schemas']['RoomId'];
export type RoomJoined = components['schemas']['RoomJoined'];
export type RoomKind = components['schemas']['RoomKind'];
export type RoomLeft = components['schemas']['RoomLeft'];
export type RoomName = components['schemas']['RoomName'];
export type RoomPolicy = components['schemas']['RoomPolicy'];
export type RoomRole = components['schemas']['RoomRole'];
export type RoomTrimmed = components['schemas']['RoomTrimmed'];
export type RoomView = components['schemas']['RoomView'];
export type Scope = components['schemas']['Scope'];
export type Send = components['schemas']['Send'];
export type SeriesValues = components['schemas']['SeriesValues'];
export type ServerFrame = components['schemas']['ServerFrame'];
export type ServerHealth = components['schemas']['ServerHealth'];
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
export type TestedMail = components['schemas']['TestedMail'];
export type TestMail = components['schemas']['TestMail'];
export type Timestamp = components['schemas']['Timestamp'];
export type TlsHealth = components['schemas']['TlsHealth'];
export type Token = components['schemas']['Token'];
export type TokenId = components['schemas']['TokenId'];
export type TokenSecret = components['schemas']['TokenSecret'];
export type Topic = components['schemas']['Topic'];
export type Ts = components['schemas']['Ts'];
export type Typing = components['schemas']['Typing'];
export type TypingBy = components['schemas']['TypingBy'];
export type Upload = components['schemas']['Upload'];
export type UploadId = components['schemas']['UploadId'];
export type User = components['schemas']['User'];
export type UserChange = components['schemas']['UserChange'];
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
    readonly admin_read_audit: {
        readonly parameters: {
            readonly query?: {
                /** @description What, such as `user.role_changed`; `user.` is all that begins with it. */
                readonly action?: string;
                /** @description Whose: a user's id, or `server` for who runs the server. */
                readonly actor?: string;
                /** @description From this date or time on. */
                readonly after?: string;
                /** @description Before this date or time. */
                readonly before?: string;
                /** @description Where the page before ended: its `next_cursor`. */
                readonly cursor?: string;
                /** @description How many items; more than 200 gives 200. */
                readonly limit?: number;
                /** @description To whom or what: an id, or a word. */
                readonly subject?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page of acts */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Page_AuditEntry"];
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
            /** @description `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden" | "scope_missing";
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
    readonly admin_export_audit: {
        readonly parameters: {
            readonly query?: {
                /** @description What, such as `user.role_changed`; `user.` is all that begins with it. */
                readonly action?: string;
                /** @description Whose: a user's id, or `server` for who runs the server. */
                readonly actor?: string;
                /** @description From this date or time on. */
                readonly after?: string;
                /** @description Before this date or time. */
                readonly before?: string;
                /** @description The format. */
                readonly format?: "jsonl" | "csv";
                /** @description To whom or what: an id, or a word. */
                readonly subject?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The acts */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/jsonl": string;
                    readonly "text/csv": string;
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
            /** @description `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden" | "scope_missing";
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
    readonly admin_verify_audit: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description What the check found */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AuditCheck"];
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
            /** @description `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden" | "scope_missing";
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
    readonly admin_read_health: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description How it fares */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ServerHealth"];
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
            /** @description `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden" | "scope_missing";
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
    readonly admin_read_series: {
        readonly parameters: {
            readonly query?: {
                /** @description How many of the last: 1 to 1440; more gives 1440. */
                readonly minutes?: number;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description How it fared */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["HealthSeries"];
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
            /** @description `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden" | "scope_missing";
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
    readonly admin_list_jobs: {
        readonly parameters: {
            readonly query?: {
                /** @description Where the page before ended: its `next_cursor`. */
                readonly cursor?: string;
                /** @description How many items; more than 200 gives 200. */
                readonly limit?: number;
                /** @description Those that were given up, or those that wait. */
                readonly state?: "dead" | "waiting";
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page of jobs */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Page_Job"];
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
            /** @description `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden" | "scope_missing";
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
    readonly admin_remove_job: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The job */
                readonly id: components["schemas"]["JobId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description It is gone */
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "scope_missing";
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
    readonly admin_retry_job: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The job */
                readonly id: components["schemas"]["JobId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description It is due */
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "scope_missing";
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
    readonly admin_read_mail: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description How mails are sent */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["MailSetup"];
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
            /** @description `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden" | "scope_missing";
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
    readonly admin_set_mail: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewMailServer"];
            };
        };
        readonly responses: {
            /** @description How mails are sent now */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["MailSetup"];
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `session_needed`: Only a signed-in device may do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "session_needed";
                    };
                };
            };
            /** @description `set_by_environment`: The server's own settings say this */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "set_by_environment";
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
    readonly admin_remove_mail: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description None is set */
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `session_needed`: Only a signed-in device may do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "session_needed";
                    };
                };
            };
            /** @description `set_by_environment`: The server's own settings say this */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "set_by_environment";
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
    readonly admin_test_mail: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["TestMail"];
            };
        };
        readonly responses: {
            /** @description The server took the mail */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["TestedMail"];
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "scope_missing";
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
            /** @description `invalid`: Something in the request is not allowed; `mail_failed`: The mail was not sent */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "invalid" | "mail_failed";
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
    readonly admin_list_rooms: {
        readonly parameters: {
            readonly query?: {
                /** @description Where the page before ended: its `next_cursor`. */
                readonly cursor?: string;
                /** @description Only public ones, or only private ones. */
                readonly kind?: "public" | "private";
                /** @description How many items; more than 200 gives 200. */
                readonly limit?: number;
                /** @description Part of the name, in any case. */
                readonly query?: string;
                /** @description Only those that can be written to, or only archived ones. */
                readonly state?: "active" | "archived";
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
                    readonly "application/json": components["schemas"]["Page_AdminRoom"];
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
            /** @description `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden" | "scope_missing";
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
    readonly admin_archive_room: {
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
            /** @description The room as it is now */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AdminRoom"];
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "scope_missing";
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
    readonly admin_update_room: {
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
                readonly "application/json": components["schemas"]["AdminRoomChange"];
            };
        };
        readonly responses: {
            /** @description The room as it is now */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AdminRoom"];
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `room_archived`: The room is archived; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "room_archived" | "scope_missing";
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
    readonly admin_unarchive_room: {
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
            /** @description The room as it is now */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AdminRoom"];
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "scope_missing";
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
    readonly admin_list_users: {
        readonly parameters: {
            readonly query?: {
                /** @description Where the page before ended: its `next_cursor`. */
                readonly cursor?: string;
                /** @description How many items; more than 200 gives 200. */
                readonly limit?: number;
                /** @description Part of the display name, user name or e-mail address, in any case. */
                readonly query?: string;
                /** @description Only those with this role. */
                readonly role?: components["schemas"]["Role"];
                /** @description Only those who can sign in, or who can't. */
                readonly state?: "active" | "deactivated";
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
                    readonly "application/json": components["schemas"]["Page_AdminUser"];
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
            /** @description `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden" | "scope_missing";
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
    readonly admin_create_user: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewAccount"];
            };
        };
        readonly responses: {
            /** @description The account */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["MadeUser"];
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `scope_missing`: The token may not do this; `session_needed`: Only a signed-in device may do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "scope_missing" | "session_needed";
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
    readonly admin_read_user: {
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
                    readonly "application/json": components["schemas"]["AdminUser"];
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
            /** @description `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden" | "scope_missing";
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
    readonly admin_update_user: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The user */
                readonly id: components["schemas"]["UserId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["UserChange"];
            };
        };
        readonly responses: {
            /** @description The user as they are now */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AdminUser"];
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `last_owner`: The last owner can't do this; `password_needed`: This is changed in your own preferences, with your password; `scope_missing`: The token may not do this; `session_needed`: Only a signed-in device may do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "last_owner" | "password_needed" | "scope_missing" | "session_needed";
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
    readonly admin_deactivate_user: {
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
            /** @description The user as they are now */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AdminUser"];
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `last_owner`: The last owner can't do this; `password_needed`: This is changed in your own preferences, with your password; `scope_missing`: The token may not do this; `session_needed`: Only a signed-in device may do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "last_owner" | "password_needed" | "scope_missing" | "session_needed";
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
    readonly admin_reactivate_user: {
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
            /** @description The user as they are now */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AdminUser"];
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `scope_missing`: The token may not do this; `session_needed`: Only a signed-in device may do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "scope_missing" | "session_needed";
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
    readonly admin_make_reset_link: {
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
            /** @description The link */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ResetLink"];
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `password_needed`: This is changed in your own preferences, with your password; `scope_missing`: The token may not do this; `session_needed`: Only a signed-in device may do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "password_needed" | "scope_missing" | "session_needed";
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
    readonly admin_list_sessions: {
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
            /** @description The devices where they are signed in */
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
            /** @description `forbidden`: You may not do this; `scope_missing`: The token may not do this; `session_needed`: Only a signed-in device may do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden" | "scope_missing" | "session_needed";
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
    readonly admin_end_sessions: {
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
            /** @description The sessions are over */
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `scope_missing`: The token may not do this; `session_needed`: Only a signed-in device may do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "scope_missing" | "session_needed";
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
    readonly admin_end_session: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The user */
                readonly id: components["schemas"]["UserId"];
                /** @description The session */
                readonly session_id: components["schemas"]["SessionId"];
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `scope_missing`: The token may not do this; `session_needed`: Only a signed-in device may do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "scope_missing" | "session_needed";
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
    readonly admin_list_tokens: {
        readonly parameters: {
            readonly query?: {
                /** @description Where the page before ended: its `next_cursor`. */
                readonly cursor?: string;
                /** @description How many items; more than 200 gives 200. */
                readonly limit?: number;
            };
            readonly header?: never;
            readonly path: {
                /** @description The user */
                readonly id: components["schemas"]["UserId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page of tokens */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Page_Token"];
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
            /** @description `forbidden`: You may not do this; `scope_missing`: The token may not do this; `session_needed`: Only a signed-in device may do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden" | "scope_missing" | "session_needed";
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
    readonly admin_revoke_tokens: {
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
            /** @description The tokens work no more */
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `scope_missing`: The token may not do this; `session_needed`: Only a signed-in device may do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "scope_missing" | "session_needed";
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
    readonly admin_revoke_token: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The user */
                readonly id: components["schemas"]["UserId"];
                /** @description The token */
                readonly token_id: components["schemas"]["TokenId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The token works no more */
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `scope_missing`: The token may not do this; `session_needed`: Only a signed-in device may do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "scope_missing" | "session_needed";
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
            /** @description `deactivated`: This account is deactivated */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "deactivated";
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `session_needed`: Only a signed-in device may do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "session_needed";
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "scope_missing";
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
    readonly upload_file: {
        readonly parameters: {
            readonly query?: {
                /** @description Its name; a form brings its own. What a name mustn't have is left out. */
                readonly name?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** @description The file */
        readonly requestBody: {
            readonly content: {
                readonly "application/octet-stream": components["schemas"]["Bytes"];
                readonly "multipart/form-data": components["schemas"]["FileForm"];
            };
        };
        readonly responses: {
            /** @description The file */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["File"];
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "scope_missing";
                    };
                };
            };
            /** @description `body_too_large`: The request is too large; `file_too_large`: The file is too large; `quota_exceeded`: There is no room for more files */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large" | "file_too_large" | "quota_exceeded";
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
            /** @description `file_type`: Files of this type are not allowed here; `invalid`: Something in the request is not allowed */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "file_type" | "invalid";
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
    readonly read_file: {
        readonly parameters: {
            readonly query?: {
                /** @description 1: to be saved, whatever it is. */
                readonly download?: number;
            };
            readonly header?: never;
            readonly path: {
                /** @description The file */
                readonly id: components["schemas"]["FileId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The file */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "*/*": components["schemas"]["Bytes"];
                };
            };
            /** @description The part that was asked for */
            readonly 206: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "*/*": components["schemas"]["Bytes"];
                };
            };
            /** @description What the client has is what it is */
            readonly 304: {
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
            /** @description `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden" | "scope_missing";
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
            /** @description `range_not_satisfiable`: The file has no such range */
            readonly 416: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "range_not_satisfiable";
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
    readonly preview_file: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The file */
                readonly id: components["schemas"]["FileId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The first 64 KiB */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["FilePreview"];
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
            /** @description `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden" | "scope_missing";
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
    readonly read_thumbnail: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The file */
                readonly id: components["schemas"]["FileId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The thumbnail */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "*/*": components["schemas"]["Bytes"];
                };
            };
            /** @description The part that was asked for */
            readonly 206: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "*/*": components["schemas"]["Bytes"];
                };
            };
            /** @description What the client has is what it is */
            readonly 304: {
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
            /** @description `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden" | "scope_missing";
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
            /** @description `range_not_satisfiable`: The file has no such range */
            readonly 416: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "range_not_satisfiable";
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "scope_missing";
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
            /** @description `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden" | "scope_missing";
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `registration_closed`: Registration is closed; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "registration_closed" | "scope_missing";
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "scope_missing";
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
            /** @description `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden" | "scope_missing";
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `scope_missing`: The token may not do this; `session_needed`: Only a signed-in device may do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "scope_missing" | "session_needed";
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `session_needed`: Only a signed-in device may do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "session_needed";
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
            /** @description `forbidden`: You may not do this; `session_needed`: Only a signed-in device may do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden" | "session_needed";
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `session_needed`: Only a signed-in device may do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "session_needed";
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
    readonly list_tokens: {
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
            /** @description A page of tokens */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Page_Token"];
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
            /** @description `forbidden`: You may not do this; `session_needed`: Only a signed-in device may do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden" | "session_needed";
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
    readonly create_token: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewToken"];
            };
        };
        readonly responses: {
            /** @description The token with its secret */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["TokenSecret"];
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `session_needed`: Only a signed-in device may do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "session_needed";
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
    readonly revoke_token: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The token */
                readonly id: components["schemas"]["TokenId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The token works no more */
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `session_needed`: Only a signed-in device may do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "session_needed";
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "scope_missing";
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `room_archived`: The room is archived; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "room_archived" | "scope_missing";
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
            /** @description `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden" | "scope_missing";
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "scope_missing";
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
            /** @description `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden" | "scope_missing";
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
            /** @description `cross_origin`: The request came from another site; `direct_room`: Direct rooms can't do this; `forbidden`: You may not do this; `room_archived`: The room is archived; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "direct_room" | "forbidden" | "room_archived" | "scope_missing";
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
            /** @description `cross_origin`: The request came from another site; `direct_room`: Direct rooms can't do this; `forbidden`: You may not do this; `room_archived`: The room is archived; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "direct_room" | "forbidden" | "room_archived" | "scope_missing";
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
    readonly list_room_files: {
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
            /** @description A page of files */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Page_RoomFile"];
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
            /** @description `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden" | "scope_missing";
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
            /** @description `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden" | "scope_missing";
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
            /** @description `cross_origin`: The request came from another site; `direct_room`: Direct rooms can't do this; `forbidden`: You may not do this; `last_owner`: The last owner can't do this; `room_archived`: The room is archived; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "direct_room" | "forbidden" | "last_owner" | "room_archived" | "scope_missing";
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
            /** @description `cross_origin`: The request came from another site; `direct_room`: Direct rooms can't do this; `forbidden`: You may not do this; `last_owner`: The last owner can't do this; `room_archived`: The room is archived; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "direct_room" | "forbidden" | "last_owner" | "room_archived" | "scope_missing";
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
                /**
                 * @description How many; more than 200 gives 200. A page of long messages ends before that, with a mebibyte of text:
                 *     `has_before` and `has_after` say whether there is more.
                 */
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
            /** @description `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden" | "scope_missing";
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `room_archived`: The room is archived; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "room_archived" | "scope_missing";
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "scope_missing";
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
    readonly begin_upload: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewUpload"];
            };
        };
        readonly responses: {
            /** @description The upload */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Upload"];
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "scope_missing";
                    };
                };
            };
            /** @description `body_too_large`: The request is too large; `file_too_large`: The file is too large; `quota_exceeded`: There is no room for more files */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large" | "file_too_large" | "quota_exceeded";
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
            /** @description `file_type`: Files of this type are not allowed here; `invalid`: Something in the request is not allowed */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "file_type" | "invalid";
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
    readonly read_upload: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The upload */
                readonly id: components["schemas"]["UploadId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The upload, with its file once it is done */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Upload"];
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
            /** @description `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden" | "scope_missing";
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
    readonly drop_upload: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The upload */
                readonly id: components["schemas"]["UploadId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The upload is gone */
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "scope_missing";
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
    readonly continue_upload: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                /** @description Where the piece begins */
                readonly "Upload-Offset": number;
            };
            readonly path: {
                /** @description The upload */
                readonly id: components["schemas"]["UploadId"];
            };
            readonly cookie?: never;
        };
        /** @description The piece */
        readonly requestBody: {
            readonly content: {
                readonly "application/octet-stream": components["schemas"]["Bytes"];
            };
        };
        readonly responses: {
            /** @description The upload as it stands now */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Upload"];
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "scope_missing";
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
            /** @description `offset_mismatch`: The upload stands elsewhere */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "offset_mismatch";
                    };
                };
            };
            /** @description `body_too_large`: The request is too large; `file_too_large`: The file is too large; `quota_exceeded`: There is no room for more files */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "body_too_large" | "file_too_large" | "quota_exceeded";
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
            /** @description `file_type`: Files of this type are not allowed here; `invalid`: Something in the request is not allowed */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "file_type" | "invalid";
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
            /** @description `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden" | "scope_missing";
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
            /** @description `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden" | "scope_missing";
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
            /** @description `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden" | "scope_missing";
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
            /** @description `cross_origin`: The request came from another site; `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "cross_origin" | "forbidden" | "scope_missing";
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
    readonly read_icon: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The image */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "*/*": components["schemas"]["Bytes"];
                };
            };
            /** @description The part that was asked for */
            readonly 206: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "*/*": components["schemas"]["Bytes"];
                };
            };
            /** @description What the client has is what it is */
            readonly 304: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
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
            /** @description `range_not_satisfiable`: The file has no such range */
            readonly 416: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "range_not_satisfiable";
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
            /** @description `forbidden`: You may not do this; `scope_missing`: The token may not do this */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        readonly code?: "forbidden" | "scope_missing";
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
