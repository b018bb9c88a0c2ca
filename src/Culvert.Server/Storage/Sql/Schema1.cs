namespace Culvert.Server.Storage.Sql;

/// <summary>
/// Migration 1: every table. 64-bit integers, text and blobs only, in SQLite's words, which PostgreSQL's engine puts
/// into its own.
/// </summary>
/// <remarks>
/// Times are UTC Unix milliseconds, flags 0 or 1, ids assigned by the application. The tables of the log keep their
/// rows in key order (<c>without rowid</c>): a page of history or a stretch of the log is one range of one tree.
/// Texts are apart and only ever added at the end: the engine that needs it says why.
/// <c>texts.key_hash</c> is the first half of the SHA-256 of the text a key was first used with.
/// </remarks>
internal static class Schema1
{
    public const string Sql = """
        create table meta (
            key text not null primary key,
            value text not null
        ) without rowid;

        create table users (
            id integer primary key,
            name text not null,
            name_key text not null unique,
            role integer not null,
            password_hash text,
            disabled integer not null,
            created_at integer not null,
            stamp text not null
        );

        create table sessions (
            token_hash blob not null primary key,
            id integer not null unique,
            user_id integer not null,
            created_at integer not null,
            seen_at integer not null,
            expires_at integer not null,
            agent text not null,
            address text not null
        ) without rowid;
        create index sessions_by_user on sessions (user_id);

        create table tokens (
            id integer primary key,
            token_hash blob not null unique,
            user_id integer not null,
            name text not null,
            scopes integer not null,
            rooms text,
            unlimited integer not null,
            created_at integer not null,
            last_used_at integer not null,
            revoked_at integer not null
        );
        create index tokens_by_user on tokens (user_id);

        create table rooms (
            id integer primary key,
            name text not null,
            name_key text not null unique,
            kind integer not null,
            topic text not null,
            epoch text not null,
            creator_id integer not null,
            created_at integer not null,
            last_offset integer not null,
            last_seq integer not null,
            last_at integer not null,
            floor_offset integer not null,
            floor_seq integer not null,
            floor_why text not null,
            retain_milliseconds integer not null,
            retain_events integer not null
        );
        create index rooms_public on rooms (name_key) where kind = 0;

        create table memberships (
            room_id integer not null,
            user_id integer not null,
            joined integer not null,
            role integer not null,
            read_seq integer not null,
            muted_until integer not null,
            banned_until integer not null,
            joined_at integer not null,
            primary key (room_id, user_id)
        ) without rowid;
        create index memberships_by_user on memberships (user_id, room_id);

        create table messages (
            room_id integer not null,
            seq integer not null,
            log_offset integer not null,
            author_id integer not null,
            at integer not null,
            rev integer not null,
            key text,
            text_id integer,
            erased_by integer,
            erased_at integer,
            primary key (room_id, seq)
        ) without rowid;
        create unique index messages_by_key on messages (room_id, author_id, key) where key is not null;

        create table texts (
            id integer primary key,
            dead integer not null,
            key_hash blob,
            body blob not null
        );

        create table room_events (
            room_id integer not null,
            log_offset integer not null,
            kind integer not null,
            seq integer not null,
            actor_id integer not null,
            at integer not null,
            rev integer not null,
            detail blob,
            primary key (room_id, log_offset)
        ) without rowid;

        create table reactions (
            room_id integer not null,
            seq integer not null,
            emoji text not null,
            user_id integer not null,
            at integer not null,
            primary key (room_id, seq, emoji, user_id)
        ) without rowid;
        """;
}
