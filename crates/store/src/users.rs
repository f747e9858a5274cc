//! Users: people and bots.

use model::administration::AdminUser;
use model::event::Event;
use model::id::UserId;
use model::stream::StreamId;
use model::text::{DisplayName, Email, Username, fold};
use model::user::{Role, User, UserKind};

use crate::error::Result;
use crate::params;
use crate::tx::Tx;
use crate::value::{Row, Value};

/// What a new user is made of.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// Person or bot.
    pub kind: UserKind,
    /// The unique name.
    pub username: Username,
    /// The name that people see.
    pub display_name: DisplayName,
    /// The e-mail address; a bot has none.
    pub email: Option<Email>,
    /// The password's hash, in PHC form; a bot has none.
    pub password_hash: Option<String>,
    /// The role in the workspace.
    pub role: Role,
}

/// A user with what only they and the server know.
#[derive(Clone)]
pub struct Account {
    /// What everyone sees.
    pub user: User,
    /// The e-mail address.
    pub email: Option<Email>,
    /// The password's hash, in PHC form.
    pub password_hash: Option<String>,
}

/// The columns of a user, in the order that [`user`] reads, and their e-mail address.
macro_rules! columns {
    () => {
        "u.id, u.kind, u.username, u.display_name, u.role, u.time_zone, u.created_at, u.deactivated_at, u.avatar, u.email"
    };
}

/// The columns of an account, in the order that [`account`] reads.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            ", u.password_hash FROM users u ",
            $rest
        )
    };
}

/// The columns of a user with what administrators see, in the order that [`admin_user`] reads; `$1` is the time now.
macro_rules! select_admin {
    ($rest:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            ", (SELECT MAX(s.last_seen_at) FROM sessions s WHERE s.user_id = u.id AND s.expires_at > $1),
               (SELECT COUNT(*) FROM sessions s WHERE s.user_id = u.id AND s.expires_at > $1),
               (SELECT COUNT(*) FROM tokens t WHERE t.user_id = u.id),
               (SELECT CAST(COALESCE(SUM(f.size), 0) AS BIGINT) FROM files f WHERE f.owner = u.id)
             FROM users u ",
            $rest
        )
    };
}

fn user(row: &Row<'_>) -> Result<User> {
    Ok(User {
        id: row.get(0)?,
        kind: row.parse(1)?,
        username: Username::from_stored(row.get(2)?),
        display_name: DisplayName::from_stored(row.get(3)?),
        role: row.parse(4)?,
        time_zone: row.get(5)?,
        created_at: row.get(6)?,
        deactivated_at: row.get(7)?,
        avatar: row.get(8)?,
    })
}

fn account(row: &Row<'_>) -> Result<Account> {
    Ok(Account {
        user: user(row)?,
        email: row.get::<Option<String>>(9)?.map(Email::from_stored),
        password_hash: row.get(10)?,
    })
}

/// Makes a user with their stream, and tells everyone.
pub async fn insert(tx: &mut Tx, new: &NewUser) -> Result<User> {
    let now = tx.now();
    let user = User {
        id: UserId::new(now),
        kind: new.kind,
        username: new.username.clone(),
        display_name: new.display_name.clone(),
        role: new.role,
        time_zone: None,
        avatar: None,
        created_at: now,
        deactivated_at: None,
    };
    tx.execute(
        "INSERT INTO users (id, kind, username, display_name, folded_name, email, password_hash, role, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            user.id,
            user.kind.as_str(),
            user.username.as_str(),
            user.display_name.as_str(),
            fold(user.display_name.as_str()),
            new.email.as_ref().map(Email::as_str),
            new.password_hash.as_ref(),
            user.role.as_str(),
            now,
        ],
    )
    .await?;
    tx.create_stream(StreamId::User(user.id)).await?;
    let event = Event::UserCreated(user.clone());
    tx.append(StreamId::Workspace, &event, None).await?;
    Ok(user)
}

/// A user, if there is one.
pub async fn get(tx: &mut Tx, id: UserId) -> Result<Option<User>> {
    tx.find(select!("WHERE u.id = $1"), params![id], user).await
}

/// A user with e-mail address and password's hash, if there is one.
pub async fn get_account(tx: &mut Tx, id: UserId) -> Result<Option<Account>> {
    tx.find(select!("WHERE u.id = $1"), params![id], account)
        .await
}

/// The account that somebody means who signs in with `login`: a user name or an e-mail address, in any case.
pub async fn find_by_login(tx: &mut Tx, login: &str) -> Result<Option<Account>> {
    let login = login.trim().to_lowercase();
    // No user name has an '@', and every e-mail address has one.
    tx.find(
        select!("WHERE u.username = $1 OR u.email = $1"),
        params![&login],
        account,
    )
    .await
}

/// Whether the user name and whether the e-mail address belong to somebody.
pub async fn taken(tx: &mut Tx, username: &Username, email: &Email) -> Result<(bool, bool)> {
    tx.one(
        "SELECT (SELECT COUNT(*) FROM users WHERE username = $1), (SELECT COUNT(*) FROM users WHERE email = $2)",
        params![username.as_str(), email.as_str()],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
    .await
}

/// The role in the workspace as it is now; none for who isn't there or can't sign in.
pub async fn role(tx: &mut Tx, id: UserId) -> Result<Option<Role>> {
    tx.find(
        "SELECT role FROM users WHERE id = $1 AND deactivated_at IS NULL",
        params![id],
        |row| row.parse(0),
    )
    .await
}

/// Changes what everyone sees of a user, and tells everyone.
pub async fn update(tx: &mut Tx, user: &User) -> Result<()> {
    tx.execute(
        "UPDATE users SET display_name = $2, folded_name = $3, role = $4, time_zone = $5, deactivated_at = $6,
             avatar = $7
         WHERE id = $1",
        params![
            user.id,
            user.display_name.as_str(),
            fold(user.display_name.as_str()),
            user.role.as_str(),
            user.time_zone.as_ref(),
            user.deactivated_at,
            user.avatar,
        ],
    )
    .await?;
    let event = Event::UserUpdated(user.clone());
    tx.append(StreamId::Workspace, &event, None).await?;
    Ok(())
}

/// Changes the e-mail address.
pub async fn set_email(tx: &mut Tx, id: UserId, email: &Email) -> Result<()> {
    tx.execute(
        "UPDATE users SET email = $2 WHERE id = $1",
        params![id, email.as_str()],
    )
    .await?;
    Ok(())
}

/// Changes the password.
pub async fn set_password(tx: &mut Tx, id: UserId, password_hash: &str) -> Result<()> {
    tx.execute(
        "UPDATE users SET password_hash = $2 WHERE id = $1",
        params![id, password_hash],
    )
    .await?;
    Ok(())
}

/// Where a list of users goes on: after this folded name and id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The folded display name of the last user.
    pub folded_name: String,
    /// Their id.
    pub id: UserId,
}

/// Which users a list is of.
#[derive(Clone, Copy, Debug)]
pub struct Filter<'a> {
    /// Users whose display or user name contains this; everyone if empty.
    pub query: &'a str,
    /// Only users who share a room with this one, and this one.
    pub around: Option<UserId>,
}

/// Users in the order of their names, after `after`, at most `limit`.
pub async fn page(
    tx: &mut Tx,
    filter: Filter<'_>,
    after: Option<&Place>,
    limit: i64,
) -> Result<Vec<User>> {
    let pattern = containing(&fold(filter.query.trim()));
    let place = after.map_or("", |place| place.folded_name.as_str());
    let id = after.map_or(UserId::from_uuid(uuid::Uuid::nil()), |place| place.id);
    tx.query(
        select!(
            "WHERE (u.folded_name, u.id) > ($1, $2)
               AND (u.folded_name LIKE $3 ESCAPE '!' OR u.username LIKE $3 ESCAPE '!')
               AND ($4 = 0 OR u.id = $5 OR EXISTS (
                     SELECT 1 FROM members a JOIN members b ON b.room = a.room WHERE a.user_id = $5 AND b.user_id = u.id))
             ORDER BY u.folded_name, u.id LIMIT $6"
        ),
        params![place, id, pattern, filter.around.is_some(), filter.around, limit],
        user,
    )
    .await
}

/// Which users administrators want to see.
#[derive(Clone, Debug, Default)]
pub struct AdminFilter {
    /// Users whose display name, user name or e-mail address contains this; everyone if empty.
    pub query: String,
    /// Only those with this role.
    pub role: Option<Role>,
    /// Only those who can sign in, or who can't any more.
    pub active: Option<bool>,
}

fn admin_user(row: &Row<'_>) -> Result<AdminUser> {
    Ok(AdminUser {
        user: user(row)?,
        email: row.get::<Option<String>>(9)?.map(Email::from_stored),
        last_seen_at: row.get(10)?,
        sessions: row.get(11)?,
        tokens: row.get(12)?,
        storage_bytes: row.get(13)?,
    })
}

/// Users as administrators see them, in the order of their names, after `after`, at most `limit`.
pub async fn admin_page(
    tx: &mut Tx,
    filter: &AdminFilter,
    after: Option<&Place>,
    limit: i64,
) -> Result<Vec<AdminUser>> {
    let now = tx.now();
    let pattern = containing(&fold(filter.query.trim()));
    let place = after.map_or("", |place| place.folded_name.as_str());
    let id = after.map_or(UserId::from_uuid(uuid::Uuid::nil()), |place| place.id);
    tx.query(
        select_admin!(
            "WHERE (u.folded_name, u.id) > ($2, $3)
               AND (u.folded_name LIKE $4 ESCAPE '!' OR u.username LIKE $4 ESCAPE '!'
                    OR COALESCE(u.email, '') LIKE $4 ESCAPE '!')
               AND ($5 = '' OR u.role = $5) AND ($6 = 2 OR $6 = CASE WHEN u.deactivated_at IS NULL THEN 1 ELSE 0 END)
             ORDER BY u.folded_name, u.id LIMIT $7"
        ),
        params![
            now,
            place,
            id,
            pattern,
            filter.role.map_or("", Role::as_str),
            filter.active.map_or(2, i64::from),
            limit
        ],
        admin_user,
    )
    .await
}

/// A user as administrators see them, if there is one.
pub async fn admin_get(tx: &mut Tx, id: UserId) -> Result<Option<AdminUser>> {
    let now = tx.now();
    tx.find(
        select_admin!("WHERE u.id = $2"),
        params![now, id],
        admin_user,
    )
    .await
}

/// Whether an owner other than `user` can sign in.
pub async fn another_owner(tx: &mut Tx, user: UserId) -> Result<bool> {
    let owner = tx
        .find(
            "SELECT 1 FROM users WHERE role = 'owner' AND deactivated_at IS NULL AND id <> $1 LIMIT 1",
            params![user],
            |_| Ok(()),
        )
        .await?;
    Ok(owner.is_some())
}

/// The owner who was here first, of those who can sign in.
pub async fn first_owner(tx: &mut Tx) -> Result<Option<UserId>> {
    tx.find(
        "SELECT id FROM users WHERE role = 'owner' AND deactivated_at IS NULL ORDER BY created_at, id LIMIT 1",
        &[],
        |row| row.get(0),
    )
    .await
}

/// Whether two users are members of one room.
pub async fn share_a_room(tx: &mut Tx, one: UserId, other: UserId) -> Result<bool> {
    tx.one(
        "SELECT COUNT(*) FROM (
             SELECT 1 FROM members a JOIN members b ON b.room = a.room
             WHERE a.user_id = $1 AND b.user_id = $2 LIMIT 1) shared",
        params![one, other],
        |row| row.get(0),
    )
    .await
}

/// Users that one statement asks for.
const USERS_AT_ONCE: usize = 50;

/// Who of `others` is a member of a room that `one` is a member of.
pub async fn sharing_a_room(tx: &mut Tx, one: UserId, others: &[UserId]) -> Result<Vec<UserId>> {
    let mut sharing = Vec::new();
    for some in others.chunks(USERS_AT_ONCE) {
        let mut values: Vec<Value<'_>> = vec![one.into()];
        // What the last chunk lacks is asked for as the first of it again.
        values.extend(
            (0..USERS_AT_ONCE).map(|index| Value::from(*some.get(index).unwrap_or(&some[0]))),
        );
        let rows: Vec<UserId> = tx
            .query(
                "SELECT u.id FROM users u
                 WHERE EXISTS (SELECT 1 FROM members a JOIN members b ON b.room = a.room
                               WHERE a.user_id = $1 AND b.user_id = u.id)
                   AND u.id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                           $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35,
                           $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51)",
                &values,
                |row| row.get(0),
            )
            .await?;
        sharing.extend(rows);
    }
    Ok(sharing)
}

/// The place of a user in a list.
pub fn place(user: &User) -> Place {
    Place {
        folded_name: fold(user.display_name.as_str()),
        id: user.id,
    }
}

/// The pattern of `LIKE` for texts that contain `text`; `!` escapes.
pub(crate) fn containing(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in text.chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
