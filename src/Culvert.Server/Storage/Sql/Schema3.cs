namespace Culvert.Server.Storage.Sql;

/// <summary>Migration 3: invitations, links to a new password, display names and avatars.</summary>
/// <remarks>
/// <c>users.avatar</c> is the version of the picture, 0 for none. <c>users.title_key</c> is the display name as people
/// look it up: lower case. Invitations that were withdrawn are deleted; those that are used up stay until they expire.
/// </remarks>
internal static class Schema3
{
    public const string Sql = """
        alter table users add column title text;
        alter table users add column title_key text;
        alter table users add column avatar integer not null default 0;
        create index users_by_title on users (title_key) where title_key is not null;

        create table avatars (
            user_id integer primary key,
            image blob not null
        );

        create table invites (
            id integer primary key,
            token_hash blob not null unique,
            maker_id integer not null,
            room_id integer,
            room text,
            uses integer not null,
            uses_left integer not null,
            created_at integer not null,
            expires_at integer not null
        );
        create index invites_by_maker on invites (maker_id);
        create index invites_by_expiry on invites (expires_at);

        create table resets (
            token_hash blob not null primary key,
            user_id integer not null unique,
            expires_at integer not null
        ) without rowid;
        create index resets_by_expiry on resets (expires_at);
        """;
}
