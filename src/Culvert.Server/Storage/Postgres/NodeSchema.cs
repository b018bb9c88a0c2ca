namespace Culvert.Server.Storage.Postgres;

/// <summary>The tables that nodes share besides rooms and accounts. Made by whichever node comes first.</summary>
internal static class NodeSchema
{
    /// <summary>
    /// Doing it again changes nothing. The lock keeps nodes that start at once from making the same table.
    /// </summary>
    public const string Sql =
        """
        select pg_advisory_xact_lock(7164872160);

        create table if not exists cluster (
            one boolean primary key default true check (one),
            id text not null default gen_random_uuid()::text);
        insert into cluster default values on conflict do nothing;

        create table if not exists nodes (
            incarnation bigint generated always as identity primary key,
            name text not null unique,
            expires_at timestamptz not null,
            presence_version bigint not null default 0);

        create table if not exists presence (
            incarnation bigint not null references nodes on delete cascade,
            room_id bigint not null,
            user_id bigint not null,
            user_name text not null,
            primary key (incarnation, room_id, user_id));

        -- Who appends updates the one row of control_head first: so ids have no holes, and nobody sees one before a
        -- lower one.
        create table if not exists control_head (
            one boolean primary key default true check (one),
            last_id bigint not null default 0);
        insert into control_head default values on conflict do nothing;

        create table if not exists control (
            id bigint primary key,
            at timestamptz not null default now(),
            body bytea not null);

        create table if not exists tickets (
            hash bytea primary key,
            user_id bigint not null,
            body bytea not null,
            expires_at timestamptz not null);

        create table if not exists form_keys (
            name text primary key,
            xml text not null);
        """;
}
