namespace Culvert.Server.Storage.Sql;

/// <summary>Migration 4: files of messages, and what is found by following the logs: words and mentions.</summary>
/// <remarks>
/// <c>files.seq</c> is the message that has the file; 0 before it is sent, -1 when it only waits to leave the disk.
/// <c>search_rows.id</c> grows with the time of the message, so that the newest are found first and a time is a range.
/// <c>search_rows.words</c> holds hashes and no text, so that no page of the index that is yet to be merged holds an
/// erased text. What is searched is beside it, as each engine can.
/// </remarks>
internal static class Schema4
{
    public const string Sql = """
        create table files (
            id text not null primary key,
            room_id integer not null,
            seq integer not null,
            user_id integer not null,
            name text not null,
            type text not null,
            size integer not null,
            width integer not null,
            height integer not null,
            created_at integer not null
        ) without rowid;
        create index files_by_message on files (room_id, seq);
        create index files_unsent on files (created_at) where seq <= 0;

        create table followed_rooms (
            room_id integer primary key,
            epoch text not null,
            next_offset integer not null,
            floor_seq integer not null
        );

        create table search_rows (
            id integer primary key,
            room_id integer not null,
            seq integer not null,
            words text not null
        );
        create unique index search_rows_by_message on search_rows (room_id, seq);

        create table mentions (
            user_id integer not null,
            room_id integer not null,
            seq integer not null,
            primary key (user_id, room_id, seq)
        ) without rowid;
        create index mentions_by_message on mentions (room_id, seq);
        """;
}
