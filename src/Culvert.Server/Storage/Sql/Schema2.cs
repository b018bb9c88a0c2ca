namespace Culvert.Server.Storage.Sql;

/// <summary>
/// Migration 2: rooms that are archived, read-only or deleted; the list of what moderators and owners did.
/// </summary>
/// <remarks>
/// The list holds names and not ids, so that an entry says the same after its room or its user is gone.
/// </remarks>
internal static class Schema2
{
    public const string Sql = """
        alter table rooms add column archived_at integer not null default 0;
        alter table rooms add column deleted_at integer not null default 0;
        alter table rooms add column read_only integer not null default 0;
        create index rooms_deleted on rooms (deleted_at) where deleted_at > 0;

        create table audit (
            id integer primary key,
            at integer not null,
            actor text not null,
            act text not null,
            room text,
            target text,
            why text,
            detail text,
            address text not null
        );
        """;
}
